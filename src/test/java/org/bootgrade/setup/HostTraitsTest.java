package org.bootgrade.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostTraitsTest {
  private static final String PUBLIC = pem("cHVibGlj");
  private static final String COMPANY = pem("Y29tcGFueQ==");

  @TempDir Path root;
  private FakeHost host;

  @BeforeEach
  void aMachine() {
    host = new FakeHost(root);
  }

  @Test
  void debiansOwnSourcesAreTakenAndOthersLeft() {
    host.file(
        "etc/apt/sources.list.d/debian.sources",
        """
        # a comment
        Types: deb
        URIs: http://mirror.example/debian
        Suites: bookworm bookworm-updates
        Components: main
        Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

        Types: deb
        URIs: https://vendor.example/apt
        Suites: nodistro
        Components: main
        Signed-By: /usr/share/keyrings/vendor.gpg

        Types: deb
        URIs: https://vendor.example/linux/debian
        Suites: bookworm
        Components: stable

        Enabled: no
        Types: deb
        URIs: http://mirror.example/debian
        Suites: bookworm
        Components: main
        """);
    assertThat(sources())
        .containsOnly(
            Map.entry(
                "debian.sources",
                """
                Types: deb
                URIs: http://mirror.example/debian
                Suites: bookworm bookworm-updates
                Components: main
                Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

                """));
  }

  @Test
  void oneLineSourcesAreSiftedToo() {
    host.file(
        "etc/apt/sources.list",
        """
        deb http://mirror.example/debian bookworm main contrib
        # deb http://mirror.example/debian bookworm non-free
        deb-src http://mirror.example/debian bookworm main
        deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://m.example/debian-security bookworm-security main
        deb [arch=amd64 signed-by=/etc/apt/keyrings/vendor.asc] https://v.example/debian bookworm main
        deb http://mirror.example/debian trixie main
        deb http://name:secret@mirror.example/debian bookworm main
        deb cdrom:[Debian]/ bookworm main
        """);
    assertThat(sources().get("sources.list"))
        .isEqualTo(
            """
            deb http://mirror.example/debian bookworm main contrib
            deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://m.example/debian-security bookworm-security main
            """);
  }

  @Test
  void filesThatAptDoesNotReadAreNotRead() {
    host.file("etc/apt/sources.list.d/old.list.disabled", "deb http://m.example/d bookworm main");
    assertThat(sources()).isEmpty();
  }

  @Test
  void onlyCertificatesThatTheDistributionLacksShapeAnImage() {
    host.file("usr/share/ca-certificates/mozilla/Public.crt", PUBLIC);
    host.file("etc/ssl/certs/ca-certificates.crt", PUBLIC + COMPANY);
    Map<String, byte[]> shaping = new HostTraits(host).shaping();
    assertThat(shaping).hasSize(1);
    assertThat(shaping.keySet()).first().asString().matches("host/ca/machine-[0-9a-f]{12}\\.crt");
    assertThat(new String(shaping.values().iterator().next(), StandardCharsets.US_ASCII))
        .isEqualTo(COMPANY);
  }

  @Test
  void aBundleNamedByTheEnvironmentComesFirst() throws Exception {
    host.file("etc/ssl/certs/ca-certificates.crt", PUBLIC);
    host.file("opt/company.pem", COMPANY);
    host.environment.put("SSL_CERT_FILE", "/opt/company.pem");
    assertThat(new HostTraits(host).helping().get("host/ca-bundle.crt"))
        .asString()
        .isEqualTo(COMPANY);
  }

  @Test
  void ofAptsSettingsOnlyWhatReachingAMirrorNeedsIsTakenAndNoPassword() throws Exception {
    host.programs.add("apt-config");
    host.effects.put(
        "apt-config dump",
        () ->
            """
            APT::Architecture "amd64";
            Acquire::Check-Valid-Until "false";
            Acquire::http::Proxy "http://proxy.example:3142";
            Acquire::https::Proxy "http://name:secret@proxy.example:3142";
            Acquire::http::Proxy-Auto-Detect "/usr/bin/detect";
            DPkg::Post-Invoke:: "rm -rf /";
            """);
    assertThat(new HostTraits(host).helping().get("host/apt.conf"))
        .asString()
        .isEqualTo(
            """
            Acquire::Check-Valid-Until "false";
            Acquire::http::Proxy "http://proxy.example:3142";
            """);
  }

  @Test
  void aMachineWithoutAnyOfItAddsNothing() {
    assertThat(new HostTraits(host).shaping()).isEmpty();
    assertThat(new HostTraits(host).proxies()).isEmpty();
  }

  private Map<String, String> sources() {
    return new HostTraits(host).sources();
  }

  private static String pem(String body) {
    return "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n";
  }
}
