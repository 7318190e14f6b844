package org.bootgrade.hostile;

import java.util.ArrayList;
import java.util.List;

/** Code that runs while a submission is built, and reaches for what is not its own. */
final class BuildReachCases {

  private static final String NO_NETWORK =
      "A build's container has no network but its own loopback.";
  private static final String OWN_FILES =
      "Nothing of the host is mounted into a build's container; only its own sources are put in.";
  private static final String NO_RIGHTS =
      "A build's container has no capability, no-new-privileges and a user that is not root.";
  private static final String READ_ONLY =
      "The root of a build's container and the cache are read-only; /work and /tmp end with it.";

  private static final String TCP =
      """
      for to in ["127.0.0.1:@TCP@", "172.17.0.1:@TCP@", "10.0.2.2:@TCP@", "[::1]:@TCP@"] {
          let to: std::net::SocketAddr = to.parse().unwrap();
          let result = std::net::TcpStream::connect_timeout(&to, std::time::Duration::from_millis(500));
          say(&format!("{to}: {:?}", result.map(|_| "CONNECTED").map_err(|e| e.kind())));
      }
      """;

  private static final String UDP =
      """
      let socket = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
      say(&format!("{:?}", socket.send_to(b"hello", "127.0.0.1:@UDP@")));
      """;

  /** A question for the address of example.com, as RFC 1035 has it. */
  private static final String DNS =
      """
      let question = b"\\x12\\x34\\x01\\x00\\x00\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x07example\\x03com\\x00\\x00\\x01\\x00\\x01";
      let socket = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
      say(&format!("{:?}", socket.send_to(question, "127.0.0.1:@UDP@")));
      use std::net::ToSocketAddrs;
      match ("index.crates.io", 443).to_socket_addrs() {
          Ok(found) => say(&format!("a name was resolved to {:?}", found.collect::<Vec<_>>())),
          Err(e) => say(&format!("no name was resolved: {e}")),
      }
      """;

  private static final String SECRETS =
      """
      show("@SECRET@");
      for (name, value) in std::env::vars() {
          if name == "PROBE_SECRET" { say(&format!("{name}={value}")); }
      }
      for entry in std::fs::read_dir("/proc").unwrap() {
          let path = entry.unwrap().path();
          if let Ok(bytes) = std::fs::read(path.join("environ")) {
              let text = String::from_utf8_lossy(&bytes).into_owned();
              if text.contains("SECRET") { say(&text.replace('\\0', " ")); }
          }
          if let Ok(found) = std::fs::read_to_string(path.join("root@SECRET@")) { say(&found); }
      }
      """;

  private static final String WRITE =
      """
      for path in ["@OUTSIDE@", "@PLANTED@/new", "/etc/passwd", "/usr/bin/rustc", "/cache/new",
                   "/cache/seeds/new", "/cache/crates/config.toml", "/root/new", "/new", "/dev/new",
                   "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/sys/kernel/new",
                   "/var/tmp/new", "/run/new"] {
          match std::fs::write(path, "changed by a build script\\n") {
              Ok(()) => say(&format!("WROTE {path}")),
              Err(e) => say(&format!("{path}: {e}")),
          }
      }
      """;

  private static final String RIGHTS =
      """
      extern "C" {
          fn socket(domain: i32, kind: i32, protocol: i32) -> i32;
          fn mount(what: *const i8, to: *const i8, kind: *const i8, flags: u64, data: *const i8) -> i32;
          fn setuid(uid: u32) -> i32;
          fn unshare(flags: i32) -> i32;
          fn chroot(path: *const i8) -> i32;
          fn ptrace(request: i64, pid: i32, address: usize, data: usize) -> i64;
          fn mknod(path: *const i8, mode: u32, device: u64) -> i32;
      }
      unsafe {
          let here = b"/work\\0".as_ptr().cast();
          let all = [
              ("raw socket", socket(2, 3, 1) >= 0),
              ("packet socket", socket(17, 3, 0) >= 0),
              ("mount", mount(b"none\\0".as_ptr().cast(), here, b"tmpfs\\0".as_ptr().cast(), 0, std::ptr::null()) == 0),
              ("setuid", setuid(0) == 0),
              ("mount namespace", unshare(0x0002_0000) == 0),
              ("chroot", chroot(here) == 0),
              ("ptrace of init", ptrace(16, 1, 0, 0) == 0),
              ("device", mknod(b"/work/device\\0".as_ptr().cast(), 0o060_666, 0x800) == 0),
          ];
          for (what, may) in all {
              say(&format!("{what}: {}", if may { "GRANTED" } else { "refused" }));
          }
      }
      """;

  private BuildReachCases() {}

  static List<HostileCase> all() {
    List<HostileCase> all = new ArrayList<>();
    all.add(
        HostileCase.of(
                "build-script-tcp",
                "Its build script connects to a listener on the host's loopback and on likely gateways.",
                NO_NETWORK,
                Tree.right().buildScript(TCP))
            .flagged("build-script")
            .saying(Probe.RAN)
            .neverSaying("CONNECTED")
            .twin(Probe.program(TCP), Grounds.TCP)
            .covers());
    all.add(
        HostileCase.of(
                "macro-tcp",
                "Its procedural macro connects to a listener on the host's loopback.",
                NO_NETWORK,
                Tree.right().macro(TCP))
            .flagged("proc-macro")
            .saying(Probe.RAN)
            .twin(Probe.program(TCP), Grounds.TCP));
    all.add(
        HostileCase.of(
                "build-script-udp",
                "Its build script sends a datagram to a listener on the host's loopback.",
                NO_NETWORK,
                Tree.right().buildScript(UDP))
            .flagged("build-script")
            .saying(Probe.RAN)
            .twin(Probe.program(UDP), Grounds.UDP));
    all.add(
        HostileCase.of(
                "build-script-dns",
                "Its build script carries data out in a question of the domain name system.",
                NO_NETWORK,
                Tree.right().buildScript(DNS))
            .flagged("build-script")
            .saying(Probe.RAN, "no name was resolved")
            .twin(Probe.program(DNS), Grounds.UDP));
    all.add(
        HostileCase.of(
                "build-script-engine-socket",
                "Its build script looks for the sockets of container engines.",
                OWN_FILES,
                Tree.right()
                    .buildScript(
                        """
                        for path in ["/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock",
                                     "/run/podman/podman.sock", "/run/user/1000/podman/podman.sock"] {
                            match std::os::unix::net::UnixStream::connect(path) {
                                Ok(_) => say(&format!("CONNECTED to {path}")),
                                Err(e) => say(&format!("{path}: {e}")),
                            }
                        }
                        """))
            .flagged("build-script")
            .saying(Probe.RAN)
            .neverSaying("CONNECTED"));
    all.add(
        HostileCase.of(
                "build-script-secrets",
                "Its build script reads a file of the host, every environment and every process's root.",
                OWN_FILES,
                Tree.right().buildScript(SECRETS))
            .flagged("build-script")
            .saying(Probe.RAN)
            .twin(Probe.program(SECRETS), Grounds.SECRET)
            .covers());
    all.add(
        HostileCase.of(
                "macro-secrets",
                "Its procedural macro reads a file of the host and every process's environment.",
                OWN_FILES,
                Tree.right().macro(SECRETS))
            .flagged("proc-macro")
            .saying(Probe.RAN)
            .twin(Probe.program(SECRETS), Grounds.SECRET));
    all.add(
        HostileCase.of(
                "build-script-environment",
                "Its build script tells every variable of its environment.",
                "A build gets variables of ours alone, none of the host's.",
                Tree.right()
                    .buildScript(
                        """
                        let known = ["PATH", "HOME", "TMPDIR", "LC_ALL", "HOSTNAME", "OUT_DIR", "TARGET", "HOST", "NUM_JOBS",
                                     "OPT_LEVEL", "PROFILE", "DEBUG", "LD_LIBRARY_PATH", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR", "PWD"];
                        for (name, value) in std::env::vars() {
                            if !known.contains(&name.as_str()) && !name.starts_with("CARGO") && !name.starts_with("RUST") && !name.starts_with("DEP_") {
                                say(&format!("UNKNOWN VARIABLE {name}={value}"));
                            }
                        }
                        """))
            .flagged("build-script")
            .saying(Probe.RAN)
            .neverSaying("UNKNOWN VARIABLE"));
    all.add(
        HostileCase.of(
                "build-script-other-submissions",
                "Its build script searches the whole file system for graders, rubrics, expectations and other submissions.",
                OWN_FILES,
                Tree.right()
                    .buildScript(
                        """
                        let mut open = vec![std::path::PathBuf::from("/")];
                        while let Some(folder) = open.pop() {
                            let Ok(entries) = std::fs::read_dir(&folder) else { continue };
                            for entry in entries.flatten() {
                                let path = entry.path();
                                let text = path.to_string_lossy().into_owned();
                                if path.is_symlink() || text.starts_with("/proc") || text.starts_with("/sys") { continue; }
                                if path.is_dir() { open.push(path); continue; }
                                let name = entry.file_name().to_string_lossy().to_lowercase();
                                let ours = text.starts_with("/work/src/") || text.starts_with("/work/target/");
                                let telling = ["grader", "rubric", "expected.json", "evidence", "result.json", "grades.csv"];
                                if !ours && (telling.iter().any(|t| name.contains(t)) || name == "build.rs" && text.starts_with("/work")) {
                                    say(&format!("FOUND {text}"));
                                }
                            }
                        }
                        """))
            .flagged("build-script")
            .saying(Probe.RAN)
            .neverSaying("FOUND /"));
    all.add(
        HostileCase.of(
                "build-script-writes-outside",
                "Its build script overwrites a file of the host, the compiler, the cache and the system's own files.",
                READ_ONLY,
                Tree.right().buildScript(WRITE))
            .flagged("build-script")
            .saying(Probe.RAN)
            .neverSaying(
                "WROTE /cache",
                "WROTE /usr",
                "WROTE /etc",
                "WROTE /root",
                "WROTE /proc",
                "WROTE /run")
            .twin(Probe.program(WRITE), Grounds.FILE)
            .covers());
    all.add(
        HostileCase.of(
                "macro-writes-outside",
                "Its procedural macro overwrites a file of the host and of the cache.",
                READ_ONLY,
                Tree.right().macro(WRITE))
            .flagged("proc-macro")
            .saying(Probe.RAN)
            .twin(Probe.program(WRITE), Grounds.FILE));
    all.add(
        HostileCase.of(
                "build-script-rights",
                "Its build script asks for raw sockets, mounts, another user, devices and another process's memory.",
                NO_RIGHTS,
                Tree.right().buildScript(RIGHTS))
            .flagged("build-script")
            .saying(Probe.RAN, "raw socket: refused", "mount: refused", "device: refused")
            .neverSaying("GRANTED"));
    all.add(
        HostileCase.of(
                "include-host-file",
                "A test takes a file of the host into its text by include_str!.",
                OWN_FILES,
                Tree.right()
                    .with(
                        "tests/peek.rs",
                        """
                        #![no_std]
                        #![no_main]
                        const FOUND: &str = include_str!("@SECRET@");
                        """))
            .with(Outcomes.ONE_DOES_NOT_BUILD)
            .saying("couldn't read"));
    all.add(
        HostileCase.of(
                "include-environment",
                "The kernel prints the compiler's own environment, taken in by include_bytes!.",
                "A build gets variables of ours alone, none of the host's.",
                Tree.right()
                    .inKernel(
                        """
                        for byte in include_bytes!("/proc/self/environ") { blog_os::serial_print!("{}", *byte as char); }
                        blog_os::serial_println!("{}", option_env!("PROBE_SECRET").unwrap_or("no such variable"));
                        """))
            .saying("no such variable", "CARGO_TARGET_DIR=/work/target"));
    return all;
  }
}
