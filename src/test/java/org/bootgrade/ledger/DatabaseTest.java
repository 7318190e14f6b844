package org.bootgrade.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseTest {

  @Test
  void aServerIsNamedAsItsOwnToolsDo() {
    assertThat(Database.server("postgresql://ada:pw@db.example:5433/grades", null, null))
        .isEqualTo(new Database("jdbc:postgresql://db.example:5433/grades", "ada", "pw"));
    assertThat(Database.server("postgres://db.example/grades", null, null))
        .isEqualTo(new Database("jdbc:postgresql://db.example/grades", "", ""));
    assertThat(Database.server("jdbc:postgresql://db.example/grades?ssl=true", "ada", "pw"))
        .isEqualTo(new Database("jdbc:postgresql://db.example/grades?ssl=true", "ada", "pw"));
  }

  @Test
  void whatIsSetApartComesBeforeTheAddress() {
    assertThat(Database.server("postgresql://ada:old@db.example/grades", "eve", "new"))
        .isEqualTo(new Database("jdbc:postgresql://db.example/grades", "eve", "new"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"mysql://db.example/grades", "grades", "postgresql:grades", "postgresql://a b/c"})
  void otherAddressesAreRefused(String url) {
    assertThatThrownBy(() -> Database.server(url, null, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("postgresql://HOST/NAME");
  }

  @Test
  void nobodyReadsThePassword() {
    assertThatThrownBy(() -> Database.server("postgresql://ada:secret word@db/x", null, null))
        .hasMessageNotContaining("secret");
    assertThat(Database.server("postgresql://ada:secret@db/x?password=secret", null, null))
        .hasToString("postgresql://db/x");
  }

  @Test
  void aFileIsOneProcess() {
    assertThat(Database.file(Path.of("/var/lib/x")).shared()).isFalse();
    assertThat(Database.file(Path.of("/var/lib/x")).place())
        .isEqualTo("h2:async:/var/lib/x/bootgrade");
    assertThat(Database.server("postgresql://db/x", null, null).shared()).isTrue();
  }
}
