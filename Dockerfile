# The images of bootgrade. `./bootgrade demo --install` builds the first two by itself; the last is
# the whole product, for whoever would rather run a container than a JVM.
#
#   toolchain   compiles submissions   docker build --target toolchain .
#   machine     boots them             docker build --target machine .
#   bootgrade   everything             docker build -t bootgrade . && docker run --rm bootgrade demo
#
# Every package comes from Debian stable: one signature, one place for security updates, and a
# compiler, its library sources and its linker that are known to fit each other.
#
# bootgrade reads the stages by their FROM lines and builds each with only the stages it stands on,
# so the tag of an image changes when something it is made of changes, and not otherwise.

ARG BASE=debian:bookworm-slim

# ---------------------------------------------------------------------------------------------
# Debian as this machine reaches it: its package mirror, its proxy settings, its CA certificates.
# bootgrade puts them into the folder host/ of the build context. The pattern hos[t] matches that
# folder where there is one, and .dockerignore is always there, so that a plain `docker build .`
# has something to copy as well.
FROM ${BASE} AS base
COPY .dockerignore hos[t] /tmp/host/
# - Documentation, manuals and translations are two thirds of many packages, and no program here
#   reads them. Nor does anybody see or hear what QEMU shows and plays, or boot another machine's
#   firmware: the data for that stays out as well, wherever QEMU is installed.
# - A mirror reached by https needs the certificates before the package that installs them is there.
# - Sources that do not work from inside a container (a proxy on the loopback interface, a mirror
#   behind a key we do not have) must not be worse than none: then the image keeps its own.
RUN set -eu; export DEBIAN_FRONTEND=noninteractive; \
    printf '%s\n' \
      'path-exclude=/usr/share/doc/*' \
      'path-exclude=/usr/share/man/*' \
      'path-exclude=/usr/share/info/*' \
      'path-exclude=/usr/share/locale/*' \
      'path-exclude=/usr/lib/*/qemu/audio-*' \
      'path-exclude=/usr/lib/*/qemu/chardev-*' \
      'path-exclude=/usr/lib/*/qemu/ui-*' \
      'path-exclude=/usr/lib/*/qemu/hw-display-*' \
      'path-exclude=/usr/lib/*/qemu/hw-s390x-*' \
      'path-exclude=/usr/lib/*/qemu/hw-usb-*' \
      'path-exclude=/usr/bin/qemu-system-x86_64-microvm' \
      'path-exclude=/usr/bin/qemu-system-i386' \
      'path-exclude=/usr/libexec/qemu-system-i386' \
      'path-exclude=/usr/share/iso-codes/*' \
      'path-exclude=/usr/share/xml/iso-codes/*' \
      'path-exclude=/usr/share/qemu/hppa-*' \
      'path-exclude=/usr/share/qemu/openbios-*' \
      'path-exclude=/usr/share/qemu/opensbi-*' \
      'path-exclude=/usr/share/qemu/s390-*' \
      'path-exclude=/usr/share/qemu/skiboot*' \
      'path-exclude=/usr/share/qemu/slof*' \
      'path-exclude=/usr/share/qemu/palcode-*' \
      >/etc/dpkg/dpkg.cfg.d/bootgrade; \
    printf '%s\n' \
      'APT::Install-Recommends "false";' \
      'Acquire::Retries "3";' \
      'Dir::Cache::pkgcache "";' \
      'Dir::Cache::srcpkgcache "";' \
      'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb || true"; };' \
      >/etc/apt/apt.conf.d/90bootgrade; \
    if [ -s /tmp/host/ca-bundle.crt ] && [ ! -s /etc/ssl/certs/ca-certificates.crt ]; then \
      mkdir -p /etc/ssl/certs; cp /tmp/host/ca-bundle.crt /etc/ssl/certs/ca-certificates.crt; \
    fi; \
    if [ -d /tmp/host/ca ]; then \
      mkdir -p /usr/local/share/ca-certificates; cp /tmp/host/ca/*.crt /usr/local/share/ca-certificates/; \
    fi; \
    if [ -d /tmp/host/apt ]; then \
      mkdir /tmp/own; mv /etc/apt/sources.list /etc/apt/sources.list.d /tmp/own/ 2>/dev/null || true; \
      mkdir -p /etc/apt/sources.list.d; cp /tmp/host/apt/* /etc/apt/sources.list.d/; \
    fi; \
    if [ -s /tmp/host/apt.conf ]; then cp /tmp/host/apt.conf /etc/apt/apt.conf.d/91host; fi; \
    if ! apt-get update; then \
      echo "bootgrade: the package sources of the host do not work here, trying the image's own"; \
      rm -f /etc/apt/apt.conf.d/91host; \
      if [ -d /tmp/own ]; then rm -rf /etc/apt/sources.list.d; mv /tmp/own/* /etc/apt/; fi; \
      apt-get update; \
    fi; \
    apt-get install -y ca-certificates; \
    update-ca-certificates; \
    rm -rf /tmp/own /var/lib/apt/lists/*; \
    useradd --uid 1000 --create-home --shell /bin/sh grader
ENV LANG=C.UTF-8

# ---------------------------------------------------------------------------------------------
# The tools that both images read and link object files with; one layer, so it is stored once. Of the
# seventy programs in the package these are the ones that bootgrade, bootimage or bootloader run;
# the others (a machine-code benchmark among them) are 85 MB.
FROM base AS llvm
ARG LLVM=22
RUN set -eu; export DEBIAN_FRONTEND=noninteractive; \
    { echo "path-exclude=/usr/lib/llvm-${LLVM}/bin/*"; \
      echo "path-exclude=/usr/lib/llvm-${LLVM}/lib/*"; \
      echo "path-exclude=/usr/lib/llvm-${LLVM}/build/*"; \
      for tool in addr2line ar cov cxxfilt dwarfdump nm objcopy objdump profdata ranlib readelf readobj size strings strip symbolizer; do \
        echo "path-include=/usr/lib/llvm-${LLVM}/bin/llvm-$tool"; \
      done; \
      echo "path-include=/usr/lib/llvm-${LLVM}/bin/*lld*"; \
    } >/etc/dpkg/dpkg.cfg.d/bootgrade-llvm; \
    apt-get update; \
    apt-get install -y "llvm-${LLVM}" "lld-${LLVM}" binutils; \
    find /usr/bin -xtype l -name '*llvm*' -delete; \
    rm -rf /var/lib/apt/lists/*
ENV PATH=/usr/lib/llvm-${LLVM}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# ---------------------------------------------------------------------------------------------
# What a submission is compiled with. The -web packages are the compiler that Debian keeps current
# for its browsers, from the security suite: years newer than the release itself, and signed.
FROM llvm AS toolchain
ARG LLVM=22
# - Of the compiler's sources only library/ is needed (core and alloc are built for the kernel's
#   target); the rest is the compiler itself and its tests, 300 MB.
# - gcc links build scripts and compiles the odd assembly file; its link-time optimiser and its
#   sanitizers have no use here.
# - Without lld the packaged rust-lld is a dangling link; bootimage and bootloader look for the LLVM
#   tools in rustlib, not on the PATH.
RUN set -eu; export DEBIAN_FRONTEND=noninteractive; \
    printf '%s\n' \
      'path-exclude=/usr/src/rustc-*/*' \
      'path-include=/usr/src/rustc-*/library/*' \
      'path-exclude=/usr/src/rustc-*/library/stdarch/intrinsics_data/*' \
      'path-exclude=/usr/lib/gcc/*/lto1' \
      'path-exclude=/usr/lib/gcc/*/lib*san*' \
      'path-exclude=/usr/lib/*/lib*san.so*' \
      'path-exclude=/usr/bin/*lto-dump*' \
      'path-exclude=/usr/lib/rustlib/*/bin/wasm-component-ld' \
      >/etc/dpkg/dpkg.cfg.d/bootgrade-toolchain; \
    apt-get update; \
    apt-get install -y rustc-web cargo-web rust-web-src rust-web-llvm gcc libc6-dev; \
    rm -rf /var/lib/apt/lists/*; \
    find /usr/src/rustc-* -mindepth 1 -maxdepth 1 ! -name library -exec rm -rf {} +; \
    sysroot=$(rustc --print sysroot); \
    target=$(rustc -vV | sed -n 's/^host: //p'); \
    bin=$sysroot/lib/rustlib/$target/bin; \
    mkdir -p "$bin"; \
    for tool in ar cov nm objcopy objdump profdata readobj size strip; do \
      ln -sf "/usr/lib/llvm-${LLVM}/bin/llvm-$tool" "$bin/llvm-$tool"; \
    done; \
    ln -sf "/usr/lib/llvm-${LLVM}/bin/lld" "$bin/rust-lld"; \
    test -f "$sysroot/lib/rustlib/src/rust/library/core/src/lib.rs"; \
    "$bin/rust-lld" -flavor gnu --version; \
    install -d -o grader -g grader /cache /work
# A kernel needs features that a release compiler gives only to those who ask by name. The
# certificates are named because cargo carries a library that looks elsewhere for them.
ENV RUSTC_BOOTSTRAP=1 \
    CARGO_HTTP_CAINFO=/etc/ssl/certs/ca-certificates.crt \
    SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
USER grader
WORKDIR /work

# ---------------------------------------------------------------------------------------------
# What a kernel is linked to its boot loader and booted in: the emulator, and the tools that read
# addresses and instructions out of the kernel's file. Nothing here can compile.
FROM llvm AS machine
RUN set -eu; export DEBIAN_FRONTEND=noninteractive; \
    apt-get update; \
    apt-get install -y qemu-system-x86; \
    rm -rf /var/lib/apt/lists/*; \
    qemu-system-x86_64 --version; \
    install -d -o grader -g grader /work
USER grader
WORKDIR /work

# ---------------------------------------------------------------------------------------------
# bootgrade itself, compiled where its users' machines need no JDK and no Maven.
FROM base AS build
# The JDK's packages link their manual pages, whether or not there are any.
RUN set -eu; export DEBIAN_FRONTEND=noninteractive; \
    mkdir -p /usr/share/man/man1; \
    apt-get update; \
    apt-get install -y maven openjdk-17-jdk-headless; \
    rm -rf /var/lib/apt/lists/*
WORKDIR /build
# Folder by folder, because COPY pours out what is in a folder it is given among others.
COPY pom.xml ./
COPY .mvn .mvn/
COPY graders graders/
COPY src src/
# The tests are not in the context; they ran before anyone built an image.
RUN mvn -B -DskipTests package

# ---------------------------------------------------------------------------------------------
# The product: compiler, emulator and bootgrade in one image. There is no engine inside, so it runs
# submissions as fenced processes; the container around it is the wall.
FROM toolchain AS bootgrade
USER root
RUN set -eu; export DEBIAN_FRONTEND=noninteractive; \
    mkdir -p /usr/share/man/man1; \
    apt-get update; \
    apt-get install -y qemu-system-x86 openjdk-17-jdk-headless; \
    rm -rf /var/lib/apt/lists/*; \
    install -d -o grader -g grader /data
COPY --from=build /build/target/lib /opt/bootgrade/target/lib/
COPY --from=build /build/target/bootgrade-*.jar /opt/bootgrade/target/
COPY graders /opt/bootgrade/graders/
COPY rubrics /opt/bootgrade/rubrics/
COPY src/samples /opt/bootgrade/src/samples/
COPY bootgrade /opt/bootgrade/bootgrade
ENV BOOTGRADE_SANDBOX=process
USER grader
WORKDIR /data
ENTRYPOINT ["/opt/bootgrade/bootgrade"]
CMD ["--help"]
