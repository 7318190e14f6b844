package org.bootgrade;

import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.io.FileDescriptor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What the design says of packages, held against the compiled classes. */
class ArchitectureTest {

  private static final JavaClasses PRODUCT =
      new ClassFileImporter().importPath(Path.of("target/classes"));
  private static final JavaClasses GRADERS =
      new ClassFileImporter().importPath(Path.of("target/graders-classes"));

  /** Each package and what it may use. The command line wires, so it may use all. */
  private static final Map<String, List<String>> MAY_USE =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("evidence", List.of()),
              Map.entry("submission", List.of("evidence")),
              Map.entry("source", List.of("submission", "evidence")),
              Map.entry("sandbox", List.of("evidence")),
              Map.entry("setup", List.of("sandbox", "evidence")),
              Map.entry("build", List.of("sandbox", "submission", "evidence")),
              Map.entry("machine", List.of("sandbox", "submission", "evidence")),
              Map.entry("contents", List.of("evidence")),
              Map.entry("ledger", List.of("evidence")),
              Map.entry("dispatch", List.of("ledger", "evidence")),
              Map.entry("outbox", List.of("ledger", "evidence")),
              Map.entry("hooks", List.of()),
              Map.entry("grading", List.of("evidence")),
              Map.entry("rubric", List.of("grading", "evidence")),
              Map.entry("gradebook", List.of("rubric", "grading", "evidence")),
              Map.entry("report", List.of("gradebook", "rubric", "grading", "evidence")),
              Map.entry(
                  "pipeline",
                  List.of(
                      "submission",
                      "source",
                      "sandbox",
                      "build",
                      "machine",
                      "grading",
                      "rubric",
                      "report",
                      "evidence")),
              Map.entry(
                  "batch",
                  List.of(
                      "pipeline",
                      "report",
                      "gradebook",
                      "rubric",
                      "grading",
                      "submission",
                      "evidence")),
              Map.entry(
                  "server",
                  List.of(
                      "batch",
                      "contents",
                      "ledger",
                      "dispatch",
                      "outbox",
                      "hooks",
                      "pipeline",
                      "report",
                      "rubric",
                      "evidence"))));

  @Test
  void packagesUseOnlyThePackagesBelowThem() {
    LayeredArchitecture layers =
        layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("cli")
            .definedBy("org.bootgrade.cli..");
    for (String name : MAY_USE.keySet()) {
      layers = layers.layer(name).definedBy("org.bootgrade." + name + "..");
    }
    for (Map.Entry<String, List<String>> entry : MAY_USE.entrySet()) {
      String[] below = entry.getValue().toArray(String[]::new);
      layers =
          below.length == 0
              ? layers.whereLayer(entry.getKey()).mayNotAccessAnyLayer()
              : layers.whereLayer(entry.getKey()).mayOnlyAccessLayers(below);
    }
    layers
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .ensureAllClassesAreContainedInArchitecture()
        .check(PRODUCT);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("org.bootgrade.(*)..").should().beFreeOfCycles().check(PRODUCT);
  }

  @Test
  void onlyTheSandboxStartsProcesses() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.bootgrade.sandbox")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ProcessBuilder.class)
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.commons.exec..")
        .orShould(
            callMethodWhere(
                DescribedPredicate.describe(
                    "Runtime.exec is called",
                    (JavaMethodCall call) ->
                        call.getTargetOwner().isEquivalentTo(Runtime.class)
                            && call.getName().equals("exec"))))
        .check(PRODUCT);
  }

  @Test
  void onlyTheCommandLinePrints() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.bootgrade.cli")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(FileDescriptor.class)
        .check(PRODUCT);
  }

  @Test
  void nothingPrintsAStackTrace() {
    noClasses()
        .should(
            callMethodWhere(
                DescribedPredicate.describe(
                    "a stack trace is printed",
                    (JavaMethodCall call) ->
                        call.getTargetOwner().isAssignableTo(Throwable.class)
                            && call.getName().equals("printStackTrace"))))
        .check(PRODUCT);
  }

  @Test
  void gradersUseNothingOfBootgradeButGrading() {
    assertThat(GRADERS).isNotEmpty();
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "doublefaults..",
            "org.bootgrade.grading",
            "org.junit.jupiter.api..",
            "org.assertj.core..",
            "org.opentest4j..",
            "java..")
        .check(GRADERS);
  }

  @Test
  void theProductKnowsNoGrader() {
    noClasses().should().dependOnClassesThat().resideInAPackage("doublefaults..").check(PRODUCT);
  }

  @Test
  void nothingStaticCanBeReplaced() {
    fields().that().areStatic().should().beFinal().check(PRODUCT);
    fields().that().areStatic().should().beFinal().allowEmptyShould(true).check(GRADERS);
  }

  @Test
  void everyPackageIsNullMarked() {
    Set<JavaPackage> packages =
        PRODUCT.stream().map(JavaClass::getPackage).collect(Collectors.toSet());
    assertThat(packages).hasSizeGreaterThan(MAY_USE.size());
    assertThat(packages)
        .filteredOn(p -> !p.isAnnotatedWith(NullMarked.class))
        .extracting(JavaPackage::getName)
        .as("packages without a @NullMarked package-info")
        .isEmpty();
  }
}
