package org.bootgrade.hostile;

import java.util.ArrayList;
import java.util.List;

/** Manifests, lock files and cargo's configuration. */
final class ManifestCases {

  private static final String CONFIG = ".cargo/config.toml";
  private static final String FLAG = "cargo-configuration";
  private static final String CHOSEN =
      "Of a submission's cargo configuration only harmless settings reach the build.";
  private static final String REGISTRY =
      "Crates come from the public registry or from the submission, and no code runs where the network is.";

  /** A program of the submission that spoils whatever calls it. */
  private static final String EVIL = "#!/bin/sh\necho EVIL PROGRAM RAN >&2\nexit 9\n";

  private ManifestCases() {}

  static List<HostileCase> all() {
    List<HostileCase> all = new ArrayList<>();
    configuration(all);
    sources(all);
    names(all);
    return all;
  }

  private static HostileCase config(String id, String attempts, String toml) {
    return HostileCase.of(
            id, attempts, CHOSEN, Tree.right().after(CONFIG, toml).with("evil.sh", EVIL))
        .flagged(FLAG)
        .neverSaying("EVIL PROGRAM RAN");
  }

  private static void configuration(List<HostileCase> all) {
    all.add(
        HostileCase.of(
                "config-wrappers",
                "Its cargo configuration names its own compiler and wrappers around it.",
                CHOSEN,
                Tree.right()
                    .with("evil.sh", EVIL)
                    .replace(
                        CONFIG,
                        "[build]\n",
                        """
                        [build]
                        rustc = "evil.sh"
                        rustc-wrapper = "evil.sh"
                        rustc-workspace-wrapper = "evil.sh"
                        rustdoc = "evil.sh"
                        """))
            .flagged(FLAG)
            .saying("build.rustc-wrapper")
            .neverSaying("EVIL PROGRAM RAN")
            .covers());
    all.add(
        config(
            "config-linker",
            "Its cargo configuration names its own linker and archiver.",
            """

            [target.x86_64-blog_os]
            linker = "evil.sh"
            ar = "evil.sh"

            [target.x86_64-unknown-linux-gnu]
            linker = "evil.sh"
            """));
    all.add(
        HostileCase.of(
                "config-runner",
                "Its cargo configuration names a program to run its tests with.",
                CHOSEN,
                Tree.right().with("evil.sh", EVIL).replace(CONFIG, "bootimage runner", "evil.sh"))
            .neverSaying("EVIL PROGRAM RAN"));
    all.add(
        HostileCase.of(
                "config-flags-linker",
                "Its compiler flags name its own linker.",
                CHOSEN,
                Tree.right()
                    .with("evil.sh", EVIL)
                    .replace(
                        CONFIG,
                        "[build]\n",
                        "[build]\nrustflags = [\"-Clinker=/work/src/evil.sh\"]\n"))
            .flagged(FLAG)
            .neverSaying("EVIL PROGRAM RAN"));
    all.add(
        HostileCase.of(
                "config-flags-load",
                "Its compiler flags come from a file, and load its own code into compiler and linker.",
                CHOSEN,
                Tree.right()
                    .with("flags", "-Clinker=/work/src/evil.sh\n")
                    .with("evil.so", "no library\n")
                    .with("evil.sh", EVIL)
                    .replace(
                        CONFIG,
                        "[build]\n",
                        "[build]\nrustflags = [\"@/work/src/flags\", \"-Zllvm-plugins=/work/src/evil.so\","
                            + " \"-C\", \"link-arg=--load-pass-plugin=/work/src/evil.so\"]\n"))
            .flagged(FLAG)
            .neverSaying("EVIL PROGRAM RAN"));
    all.add(
        HostileCase.of(
                "target-spec-loads",
                "Its target specification sets the linker's environment and arguments so that its own code is loaded.",
                CHOSEN,
                Tree.right()
                    .with("evil.so", "no library\n")
                    .replace(
                        "x86_64-blog_os.json",
                        "\"linker\":",
                        "\"link-env\": [\"LD_PRELOAD=/work/src/evil.so\"], \"late-link-args\": {\"ld.lld\":"
                            + " [\"--load-pass-plugin=/work/src/evil.so\"]}, \"linker\":"))
            .flagged(FLAG));
    all.add(
        HostileCase.of(
                "target-spec-linker",
                "Its target specification names its own linker.",
                CHOSEN,
                Tree.right()
                    .with("evil.sh", EVIL)
                    .replace("x86_64-blog_os.json", "\"rust-lld\"", "\"/work/src/evil.sh\""))
            .flagged(FLAG)
            .neverSaying("EVIL PROGRAM RAN"));
    all.add(
        config(
            "config-credentials",
            "Its cargo configuration names a program that is asked for credentials.",
            """

            [registry]
            global-credential-providers = ["cargo:token-from-stdout /work/src/evil.sh"]
            credential-provider = "/work/src/evil.sh"
            token = "x"

            [registries.other]
            index = "sparse+http://127.0.0.1:@TCP@/"
            credential-provider = "/work/src/evil.sh"
            """));
    all.add(
        config(
            "config-registry",
            "Its cargo configuration replaces the registry by an address of its own.",
            """

            [source.crates-io]
            replace-with = "mine"

            [source.mine]
            registry = "sparse+http://127.0.0.1:@TCP@/index/"

            [http]
            proxy = "127.0.0.1:@TCP@"
            check-revoke = false
            """));
    all.add(
        config(
            "config-vendored",
            "Its cargo configuration replaces the registry by a folder of its own.",
            """

            [source.crates-io]
            replace-with = "vendored"

            [source.vendored]
            directory = "vendor"
            """));
    all.add(
        HostileCase.of(
                "config-paths",
                "Its cargo configuration builds elsewhere, takes crates from elsewhere and includes another file.",
                CHOSEN,
                Tree.right()
                    .before(CONFIG, "paths = [\"/cache/crates\"]\ninclude = [\"other.toml\"]\n\n")
                    .with(".cargo/other.toml", "[build]\nrustc-wrapper = \"evil.sh\"\n")
                    .with("evil.sh", EVIL)
                    .replace(
                        CONFIG,
                        "[build]\n",
                        "[build]\ntarget-dir = \"/cache/target\"\nbuild-dir = \"/cache/build\"\n"))
            .flagged(FLAG)
            .neverSaying("EVIL PROGRAM RAN"));
    all.add(
        config(
            "config-environment",
            "Its cargo configuration sets variables that choose compilers and wrappers.",
            """

            [env]
            RUSTC_WRAPPER = "/work/src/evil.sh"
            RUSTC = { value = "/work/src/evil.sh", force = true }
            CARGO_HOME = "/work/src/home"
            CARGO_TARGET_DIR = "/tmp/elsewhere"
            PATH = "/work/src"
            LD_PRELOAD = "/work/src/evil.so"
            """));
    all.add(
        config(
            "config-unstable",
            "Its cargo configuration switches on unstable features that run programs.",
            """

            [unstable-options]
            all = true

            [host]
            linker = "/work/src/evil.sh"

            [doc]
            browser = "/work/src/evil.sh"
            """));
    all.add(
        HostileCase.of(
            "toolchain-file",
            "It names its own toolchain and aliases of cargo's commands.",
            CHOSEN,
            Tree.right()
                .with("rust-toolchain.toml", "[toolchain]\npath = \"/work/src/toolchain\"\n")
                .with("rust-toolchain", "evil\n")
                .with("toolchain/bin/rustc", EVIL)
                .after(CONFIG, "\n[alias]\nbuild = \"run --quiet\"\nmetadata = \"clean\"\n")));
  }

  private static void sources(List<HostileCase> all) {
    all.add(
        refused(
            "git-dependency",
            "It depends on a repository at an address of its own.",
            "spin = \"0.9\"\n",
            "spin = { git = \"http://127.0.0.1:@TCP@/spin\" }\n",
            "takes 'spin' by 'git'"));
    all.add(
        refused(
            "other-registry",
            "It depends on a crate of a registry at an address of its own.",
            "spin = \"0.9\"\n",
            "spin = { version = \"0.9\", registry-index = \"sparse+http://127.0.0.1:@TCP@/\" }\n",
            "takes 'spin' by 'registry-index'"));
    all.add(
        refused(
            "patch-git",
            "It patches a crate by a repository at an address of its own.",
            "[package.metadata.bootimage]\n",
            "[patch.crates-io]\nspin = { git = \"http://127.0.0.1:@TCP@/spin\" }\n\n[package.metadata.bootimage]\n",
            "takes 'spin' by 'git'"));
    all.add(
        refused(
            "replace-git",
            "It replaces a crate by a repository at an address of its own.",
            "[package.metadata.bootimage]\n",
            "[replace]\n\"spin:0.9.8\" = { git = \"http://127.0.0.1:@TCP@/spin\" }\n\n[package.metadata.bootimage]\n",
            "takes 'spin:0.9.8' by 'git'"));
    all.add(
        refused(
            "path-outside",
            "It depends on a crate that lies outside of it.",
            "spin = \"0.9\"\n",
            "spin = { path = \"../../cache/crates/registry\" }\n",
            "cargo cannot resolve the submission's crates"));
    all.add(
        refused(
            "patch-boot-loader",
            "It patches the boot loader by a crate of its own.",
            "[package.metadata.bootimage]\n",
            "[patch.crates-io]\nbootloader = { path = \"loader\" }\n\n[package.metadata.bootimage]\n",
            "the boot loader must be the published crate",
            Tree.right()
                .with(
                    "loader/Cargo.toml",
                    "[package]\nname = \"bootloader\"\nversion = \"0.9.35\"\nedition = \"2021\"\n")
                .with("loader/src/lib.rs", "#![no_std]\n")));
    all.add(
        HostileCase.of(
            "patch-other-source",
            "It patches a crate of a registry at an address of its own.",
            REGISTRY,
            Tree.right()
                .after(
                    "Cargo.toml",
                    "\n[patch.\"http://127.0.0.1:@TCP@/index\"]\nspare = { path = \"spare\" }\n")
                .with(
                    "spare/Cargo.toml",
                    "[package]\nname = \"spare\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
                .with("spare/src/lib.rs", "#![no_std]\n")));
    all.add(
        HostileCase.of(
                "patch-own-crate",
                "It patches a crate by one of its own, whose build script connects to the host.",
                "A patch inside of the submission is the submission's own code, and builds without a network.",
                Tree.right()
                    .after(
                        "Cargo.toml", "\n[patch.crates-io]\nvolatile = { path = \"volatile\" }\n")
                    .with(
                        "volatile/Cargo.toml",
                        "[package]\nname = \"volatile\"\nversion = \"0.2.7\"\nedition = \"2021\"\n")
                    .with(
                        "volatile/src/lib.rs",
                        """
                        #![no_std]
                        #[repr(transparent)]
                        pub struct Volatile<T: Copy>(T);
                        impl<T: Copy> Volatile<T> {
                            pub const fn new(value: T) -> Self { Volatile(value) }
                            pub fn read(&self) -> T { unsafe { core::ptr::read_volatile(&self.0) } }
                            pub fn write(&mut self, value: T) { unsafe { core::ptr::write_volatile(&mut self.0, value) } }
                        }
                        """)
                    .with(
                        "volatile/build.rs",
                        Probe.program(
                            "say(&format!(\"{:?}\", std::net::TcpStream::connect(\"127.0.0.1:@TCP@\").is_ok()));\n"))
                    .without("Cargo.lock"))
            .flagged("build-script"));
    all.add(
        HostileCase.of(
                "lock-checksum",
                "Its lock file holds another checksum of a crate than the registry.",
                REGISTRY,
                Tree.right()
                    .with(
                        "Cargo.lock",
                        Tree.right()
                            .text("Cargo.lock")
                            .replaceAll("checksum = \"[0-9a-f]{8}", "checksum = \"00000000")))
            .with(Outcomes.NOTHING_BUILDS)
            .saying("checksum"));
    all.add(
        HostileCase.of(
                "lock-huge",
                "Its lock file is larger than what is read of one.",
                REGISTRY,
                Tree.right()
                    .after(
                        "Cargo.lock",
                        "\n[[package]]\nname = \"filler\"\nversion = \"0.0.0\"\n".repeat(120_000)))
            .with(Outcomes.NOTHING_BUILDS)
            .saying("Cargo.lock"));
  }

  private static HostileCase refused(
      String id, String attempts, String find, String replacement, String reason) {
    return refused(id, attempts, find, replacement, reason, Tree.right());
  }

  private static HostileCase refused(
      String id, String attempts, String find, String replacement, String reason, Tree tree) {
    return HostileCase.of(
            id,
            attempts,
            REGISTRY,
            tree.replace("Cargo.toml", find, replacement).without("Cargo.lock"))
        .with(Outcomes.NOTHING_BUILDS)
        .saying(reason);
  }

  private static void names(List<HostileCase> all) {
    String empty = "#![no_std]\n#![no_main]\n";
    all.add(
        HostileCase.of(
                "names-for-shells",
                "Its tests have names that a shell would execute.",
                "Names reach programs as arguments, never as text of a shell.",
                Tree.right()
                    .with("tests/$(touch SHELL-RAN);a.rs", empty)
                    .with("tests/`touch SHELL-RAN`.rs", empty)
                    .with("tests/--help.rs", empty))
            .with(Outcomes.ONE_DOES_NOT_BUILD));
    all.add(
        HostileCase.of(
                "names-for-reports",
                "Its tests have names that are code to a browser and a formula to a spreadsheet.",
                "Reports escape all that comes from a submission.",
                Tree.right()
                    .with("tests/=cmd|' !A0.rs", empty)
                    .with("tests/<img src=x onerror=alert(1)>.rs", empty))
            .with(Outcomes.ONE_DOES_NOT_BUILD)
            .saying("<img src=x onerror=alert(1)>"));
    Tree many = Tree.right();
    StringBuilder targets = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      targets.append("\n[[bin]]\nname = \"b%d\"\npath = \"src/main.rs\"\n".formatted(i));
    }
    all.add(
        HostileCase.of(
                "ten-thousand-programs",
                "It has ten thousand programs, each of which would have to be built and booted.",
                "The number of programs is limited.",
                many.after("Cargo.toml", targets.toString()))
            .with(Outcomes.NOTHING_BUILDS)
            .saying("programs"));
  }
}
