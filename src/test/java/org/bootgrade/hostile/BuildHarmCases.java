package org.bootgrade.hostile;

import java.util.ArrayList;
import java.util.List;

/**
 * Code that runs while a submission is built, and exhausts, stays behind or changes what is ours.
 */
final class BuildHarmCases {

  private static final String LIMITS =
      "A build's container has limits of processes, memory, disk and time; reaching them ends the build.";
  private static final String FLOOD =
      "Of what a build prints a part is kept; one that floods is ended.";
  private static final String LEFT_BEHIND =
      "What a build leaves running is ended before the next step, which takes place in a workspace of ours.";
  private static final String LINKED_BY_US =
      "Boot images are linked in a workspace in which no code of a submission has run.";
  private static final String COPY =
      "A submission gets a copy of the compiled crates, and its sources are read before it is built.";

  private static final String ENDLESS = "loop { std::hint::black_box(0); }\n";

  private static final String FLOOD_OUT =
      """
      use std::io::Write;
      let line = [b'x'; 65536];
      let mut line = line.to_vec();
      line.push(b'\\n');
      for _ in 0..160_000u32 { if std::io::%s().write_all(&line).is_err() { break; } }
      """;

  private BuildHarmCases() {}

  static List<HostileCase> all() {
    List<HostileCase> all = new ArrayList<>();
    exhaustion(all);
    leftBehind(all);
    tampering(all);
    compiler(all);
    return all;
  }

  private static void exhaustion(List<HostileCase> all) {
    all.add(
        HostileCase.of(
                "build-script-fork-bomb",
                "Its build script starts processes that stay until no more can be started.",
                LIMITS,
                Tree.right()
                    .buildScript(
                        """
                        let mut started = Vec::new();
                        for _ in 0..3000 {
                            use std::process::{Command, Stdio};
                            let mut sleep = Command::new("setsid");
                            sleep.args(["sleep", "300"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
                            match sleep.spawn() {
                                Ok(child) => started.push(child),
                                Err(e) => { say(&format!("{e}")); break; }
                            }
                        }
                        std::mem::forget(started);
                        """))
            .flagged("build-script")
            .with(Outcomes.NOTHING_BUILDS)
            .covers());
    all.add(
        HostileCase.of(
                "build-script-memory",
                "Its build script takes memory until there is none.",
                LIMITS,
                Tree.right()
                    .buildScript(
                        """
                        let mut all = Vec::new();
                        for _ in 0..8192 { all.push(vec![1u8; 1 << 20]); }
                        say(&format!("{}", all.len()));
                        """))
            .flagged("build-script")
            .with(Outcomes.NOTHING_BUILDS)
            .saying("SIGKILL"));
    all.add(
        HostileCase.of(
                "build-script-disk",
                "Its build script fills the disk.",
                LIMITS,
                Tree.right()
                    .buildScript(
                        """
                        use std::io::Write;
                        let mut file = std::fs::File::create("/work/target/big").unwrap();
                        let block = vec![1u8; 1 << 20];
                        for _ in 0..8192 { if file.write_all(&block).is_err() { break; } }
                        """))
            .flagged("build-script")
            .with(Outcomes.NOTHING_BUILDS)
            .saying("No space left on device"));
    all.add(
        HostileCase.of(
                "build-script-flood",
                "Its build script prints 10 GB to standard output.",
                FLOOD,
                Tree.right().buildScript(FLOOD_OUT.formatted("stdout")))
            .flagged("build-script")
            .with(Outcomes.NOTHING_BUILDS));
    all.add(
        HostileCase.of(
                "build-script-flood-errors",
                "Its build script prints 10 GB to standard error.",
                FLOOD,
                Tree.right().buildScript(FLOOD_OUT.formatted("stderr")))
            .flagged("build-script")
            .with(Outcomes.NOTHING_BUILDS));
    all.add(
        HostileCase.of(
                "macro-flood",
                "Its procedural macro prints 10 GB, which cargo passes on.",
                FLOOD,
                Tree.right().macro(FLOOD_OUT.formatted("stdout")))
            .flagged("proc-macro")
            .with(Outcomes.NOTHING_BUILDS));
    all.add(
        HostileCase.of(
                "build-script-endless",
                "Its build script never ends.",
                LIMITS,
                Tree.right().buildScript(ENDLESS))
            .flagged("build-script")
            .with(Outcomes.NOTHING_BUILDS)
            .saying("ended at the limit of"));
    all.add(
        HostileCase.of(
                "build-script-endless-and-busy",
                "Its build script never ends and keeps the machine so busy that the limit might be excused.",
                "A build that had the processor's time for itself is not excused by a busy machine.",
                Tree.right()
                    .buildScript(
                        "for _ in 0..60 { std::thread::spawn(|| loop { std::hint::black_box(0); }); }\n"
                            + ENDLESS))
            .flagged("build-script")
            .with(Outcomes.NOTHING_BUILDS)
            .saying("ended at the limit of"));
    all.add(
        HostileCase.of(
                "build-script-endless-behind-warnings",
                "Its build never ends, and its manifest makes cargo say so much first that the log is cut before that.",
                "Whether code of the submission was compiled is read from the whole log.",
                Tree.right()
                    .buildScript(ENDLESS)
                    .after(
                        "Cargo.toml", "\n[package.nobody-knows]\n".repeat(0) + unknownKeys(3000)))
            .flagged("build-script")
            .with(Outcomes.NOTHING_BUILDS)
            .saying("ended at the limit of"));
    all.add(
        HostileCase.of(
                "macro-endless",
                "Its procedural macro never ends.",
                LIMITS,
                Tree.right().macro(ENDLESS))
            .flagged("proc-macro")
            .with(Outcomes.NOTHING_BUILDS)
            .saying("ended at the limit of"));
  }

  private static String unknownKeys(int count) {
    StringBuilder keys = new StringBuilder("\n[profile.dev]\n");
    for (int i = 0; i < count; i++) {
      keys.append("nobody-knows-this-key-%d-%s = 1\n".formatted(i, "x".repeat(100)));
    }
    return keys.toString();
  }

  private static void leftBehind(List<HostileCase> all) {
    all.add(
        HostileCase.of(
                "left-behind-swaps-kernel",
                "A process that its build script leaves behind waits for cargo's end, then overwrites the programs.",
                LEFT_BEHIND,
                Tree.right()
                    .buildScript(
                        """
                        let cargo = std::os::unix::process::parent_id();
                        leave_behind(&format!("while kill -0 {cargo}; do sleep 0.2; done; sleep 5; while :; do for f in /work/target/x86_64-blog_os/debug/blog_os /work/target/x86_64-blog_os/debug/deps/stack_overflow-*; do [ -f $f ] && echo swapped >$f; done; sleep 0.1; done"));
                        """))
            .flagged("build-script"));
    all.add(
        HostileCase.of(
                "left-behind-swaps-scripts",
                "A process that its build script leaves behind overwrites our scripts and configuration for ever.",
                LINKED_BY_US,
                Tree.right()
                    .buildScript(
                        """
                        leave_behind("while :; do echo 'echo 4; echo evil; echo 4; echo evil' >/work/link.sh; sleep 0.05; done");
                        """))
            .flagged("build-script")
            .covers());
    all.add(
        HostileCase.of(
                "build-script-ends-everything",
                "Its build script kills every process that it can.",
                "What holds a build's container open belongs to another user than the build.",
                Tree.right()
                    .buildScript(
                        """
                        extern "C" { fn kill(pid: i32, signal: i32) -> i32; }
                        unsafe { kill(-1, 9); }
                        """))
            .flagged("build-script")
            .with(Outcomes.NOTHING_BUILDS));
    all.add(
        HostileCase.of(
                "build-script-ends-its-container",
                "Its build script asks its container's first process to end.",
                "What holds a build's container open belongs to another user than the build.",
                Tree.right()
                    .buildScript(
                        """
                        extern "C" { fn kill(pid: i32, signal: i32) -> i32; }
                        unsafe { for signal in [15, 2, 1, 3, 9] { kill(1, signal); } }
                        for pid in 2..40 {
                            let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
                            if name.trim() == "sleep" { unsafe { kill(pid, 9); } }
                        }
                        """))
            .flagged("build-script"));
    all.add(
        HostileCase.of(
                "left-behind-ends-all-that-follows",
                "A process that its build script leaves behind kills every other one, for ever.",
                LEFT_BEHIND,
                Tree.right()
                    .buildScript(
                        """
                        leave_behind("trap '' TERM HUP INT; while :; do for p in /proc/[0-9]*; do p=${p#/proc/}; [ $p = $$ ] || kill -9 $p; done; done");
                        """))
            .flagged("build-script")
            .with(Outcomes.NOTHING_BUILDS));
    all.add(
        HostileCase.of(
                "build-script-forges-artifact",
                "Its build script writes into cargo's own output that the program lies elsewhere.",
                "A program is taken only from where cargo puts it, and only if it is a plain file.",
                Tree.right()
                    .buildScript(
                        """
                        let parent = std::os::unix::process::parent_id();
                        let message = r#"{"reason":"compiler-artifact","target":{"name":"blog_os"},"executable":"/work/target/x86_64-blog_os/../../../etc/passwd"}"#;
                        std::fs::write("/work/message", format!("\\n{message}\\n")).unwrap();
                        leave_behind(&format!("exec 9>/proc/{parent}/fd/1; while :; do cat /work/message >&9; sleep 0.1; done"));
                        """))
            .flagged("build-script"));
  }

  private static void tampering(List<HostileCase> all) {
    all.add(
        HostileCase.of(
                "build-script-replaces-link-script",
                "Its build script replaces the script that makes the boot image.",
                LINKED_BY_US,
                Tree.right()
                    .buildScript(
                        """
                        for file in ["/work/link.sh", "/work/kit.sh", "/work/seed.sh", "/work/fetch.sh"] {
                            let _ = std::fs::remove_file(file);
                            std::fs::write(file, "echo 7\\necho [ok]\\nsleep 1000\\n").unwrap();
                        }
                        """))
            .flagged("build-script"));
    all.add(
        HostileCase.of(
                "build-script-replaces-configuration",
                "Its build script replaces cargo's configuration for the programs that are built after it.",
                "Its programs are built by the call of cargo that runs the script, and it has read its configuration before; the instructor is told.",
                Tree.right()
                    .buildScript(
                        """
                        std::fs::write("/work/src/wrap.sh", "#!/bin/sh\\nexit 3\\n").unwrap();
                        let path = "/work/.cargo/config.toml";
                        let text = std::fs::read_to_string(path).unwrap();
                        std::fs::write(path, format!("build.rustc-wrapper = '/work/src/wrap.sh'\\n{text}")).unwrap();
                        """))
            .flagged("build-script"));
    all.add(
        HostileCase.of(
                "build-script-rewrites-sources",
                "What is handed in is wrong; its build script rewrites the sources into right ones before they are compiled.",
                "What is booted is judged; the instructor is told that code ran, and the digest is of what was handed in.",
                Tree.right()
                    .replace("src/gdt.rs", "load_tss(GDT.1.tss_selector);", "")
                    .buildScript(
                        """
                        let path = "/work/src/src/gdt.rs";
                        let text = std::fs::read_to_string(path).unwrap();
                        if !text.contains("load_tss(GDT") {
                            std::fs::write(path, text.replace("CS::set_reg(GDT.1.code_selector);", "CS::set_reg(GDT.1.code_selector); load_tss(GDT.1.tss_selector);")).unwrap();
                        }
                        """))
            .flagged("build-script"));
    all.add(
        HostileCase.of(
                "build-script-spoils-dependencies",
                "Its build script overwrites the compiled crates that it was given.",
                COPY,
                Tree.right()
                    .buildScript(
                        """
                        for entry in std::fs::read_dir("/work/target/x86_64-blog_os/debug/deps").unwrap().flatten() {
                            let name = entry.file_name().to_string_lossy().into_owned();
                            if name.starts_with("libspin") || name.starts_with("libx86_64") {
                                std::fs::write(entry.path(), "spoilt").unwrap();
                            }
                        }
                        """))
            .flagged("build-script")
            .with(Outcomes.NOTHING_BUILDS));
    all.add(
        HostileCase.of(
                "build-script-plants-links",
                "Its build script puts links, pipes and a huge sparse file where its programs are to be.",
                "A program is taken only from where cargo puts it, and only if it is a plain file.",
                Tree.right()
                    .buildScript(
                        """
                        let folder = "/work/target/x86_64-blog_os/debug";
                        let _ = std::fs::create_dir_all(folder);
                        let _ = std::os::unix::fs::symlink("/etc/passwd", format!("{folder}/blog_os"));
                        let _ = std::os::unix::fs::symlink("/cache", "/work/kit");
                        let _ = std::os::unix::fs::symlink("/etc", "/work/scratch");
                        let _ = std::process::Command::new("truncate").args(["-s", "4G", &format!("{folder}/image")]).status();
                        """))
            .flagged("build-script"));
    all.add(
        HostileCase.of(
                "build-script-plants-pipe",
                "Its build script puts a pipe that nobody reads where cargo writes a file.",
                LIMITS,
                Tree.right()
                    .buildScript(
                        """
                        let folder = "/work/target/x86_64-blog_os/debug";
                        let _ = std::fs::create_dir_all(folder);
                        let _ = std::process::Command::new("mkfifo").arg(format!("{folder}/blog_os.d")).status();
                        """))
            .flagged("build-script")
            .with(Outcomes.KERNEL_DOES_NOT_BUILD)
            .saying("ended at the limit of"));
    all.add(
        HostileCase.of(
                "build-script-times",
                "Its build script sets the times of all files so that cargo might take old objects for fresh ones.",
                COPY,
                Tree.right()
                    .buildScript(
                        """
                        let _ = std::process::Command::new("sh")
                            .args(["-c", "find /work/src -type f -exec touch -d 1971-01-01 {} +; find /work/target -type f -name 'dep-*' -exec touch -d 2037-01-01 {} +"])
                            .status();
                        """))
            .flagged("build-script"));
    all.add(
        HostileCase.of(
                "macro-prints-pass-texts",
                "Its test says nothing, and its procedural macro prints the pass texts while it is compiled.",
                "Pass texts count over the guest's serial port alone.",
                Tree.right()
                    .macro("println!(\"stack_overflow...\\t[ok]\"); eprintln!(\"[ok]\");\n")
                    .replace("tests/stack_overflow.rs", "    serial_println!(\"[ok]\");\n", "")
                    .replace(
                        "tests/stack_overflow.rs",
                        "serial_print, serial_println, ",
                        "serial_print, "))
            .flagged("proc-macro")
            .with(Outcomes.TEST_FAILS));
  }

  private static void compiler(List<HostileCase> all) {
    all.add(
        HostileCase.of(
                "const-endless",
                "A constant of its kernel takes for ever to evaluate.",
                LIMITS,
                Tree.right()
                    .after(
                        "src/gdt.rs",
                        """

                        #[allow(long_running_const_eval)]
                        pub const NEVER: u64 = { let mut i = 0u64; loop { i = i.wrapping_add(1); if i == u64::MAX { break i; } } };
                        """))
            .with(Outcomes.NOTHING_BUILDS)
            .saying("ended at the limit of"));
    all.add(
        HostileCase.of(
                "macro-rules-bomb",
                "A macro of its kernel expands to more than the compiler has memory for.",
                LIMITS,
                Tree.right().before("src/gdt.rs", "").after("src/gdt.rs", bomb()))
            .with(Outcomes.NOTHING_BUILDS));
    all.add(
        HostileCase.of(
                "deep-nesting",
                "An expression of its kernel is nested so deeply that the compiler's stack does not suffice.",
                LIMITS,
                Tree.right()
                    .after(
                        "src/gdt.rs",
                        "\npub fn deep() -> u64 { "
                            + "(".repeat(100_000)
                            + "1"
                            + ")".repeat(100_000)
                            + " }\n"))
            .with(Outcomes.NOTHING_BUILDS));
    all.add(
        HostileCase.of(
                "huge-kernel",
                "Its kernel is larger than any that a course needs.",
                "The size of a program and of its boot image is limited.",
                Tree.right()
                    .after(
                        "src/gdt.rs",
                        "\n#[used]\npub static BIG: [u8; 40 << 20] = [1; 40 << 20];\n"))
            .with(Outcomes.NOTHING_BUILDS)
            .saying("the limit is"));
  }

  /** Each macro calls the one before it ten times. */
  private static String bomb() {
    StringBuilder macros =
        new StringBuilder(
            "\nmacro_rules! m0 { () => { let _x = [1u64, 2, 3, 4, 5, 6, 7, 8]; } }\n");
    for (int i = 1; i < 9; i++) {
      macros.append("macro_rules! m%d { () => { ".formatted(i));
      macros.append("m%d!(); ".formatted(i - 1).repeat(10)).append("} }\n");
    }
    return macros.append("pub fn expand() { m8!(); }\n").toString();
  }
}
