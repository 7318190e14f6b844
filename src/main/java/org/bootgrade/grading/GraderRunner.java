package org.bootgrade.grading;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.bootgrade.evidence.Evidence;
import org.bootgrade.evidence.InfrastructureFailure;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.engine.support.store.Namespace;
import org.junit.platform.engine.support.store.NamespacedHierarchicalStore;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.opentest4j.TestAbortedException;

/** Runs an assignment's graders on evidence. Safe for use by several threads. */
public final class GraderRunner {

  private static final Namespace NAMESPACE = Namespace.create("org.bootgrade.grading");

  private final GraderSet graders;

  /** Sessions that nobody uses now. To open one is a good part of a run. */
  private final Queue<LauncherSession> sessions = new ConcurrentLinkedQueue<>();

  /**
   * A runner for some graders.
   *
   * @param graders what to run
   */
  public GraderRunner(GraderSet graders) {
    this.graders = graders;
  }

  /**
   * What graders found.
   *
   * @param findings at least one for each criterion that the graders decide, in the order of the
   *     criteria's ids
   * @param flags what an instructor should look at
   */
  public record Findings(List<Finding> findings, List<Flag> flags) {
    public Findings {
      findings = List.copyOf(findings);
      flags = List.copyOf(flags);
    }
  }

  /**
   * Runs the graders.
   *
   * @throws InfrastructureFailure when a grader fails in another way than by an assertion, or none
   *     ran
   */
  public Findings run(Evidence evidence, CourseSettings settings) throws InfrastructureFailure {
    Map<String, Verdict> verdicts = new ConcurrentHashMap<>();
    Listener listener = new Listener(verdicts);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(graders.classLoader());
    LauncherSession session = sessions.poll();
    try {
      if (session == null) {
        session = open();
      }
      NamespacedHierarchicalStore<Namespace> store = session.getStore();
      store.put(NAMESPACE, EvidenceResolver.SUBMISSION, new Submission(evidence, settings));
      store.put(NAMESPACE, EvidenceResolver.VERDICTS, verdicts);
      session.getLauncher().execute(request(graders), listener);
      store.remove(NAMESPACE, EvidenceResolver.SUBMISSION);
      store.remove(NAMESPACE, EvidenceResolver.VERDICTS);
    } finally {
      thread.setContextClassLoader(before);
    }
    sessions.add(session);
    return listener.findings(graders);
  }

  private static LauncherSession open() {
    return LauncherFactory.openSession(
        LauncherConfig.builder()
            .enableTestEngineAutoRegistration(false)
            .enableLauncherSessionListenerAutoRegistration(false)
            .enableLauncherDiscoveryListenerAutoRegistration(false)
            .enableTestExecutionListenerAutoRegistration(false)
            .enablePostDiscoveryFilterAutoRegistration(false)
            .addTestEngines(new org.junit.jupiter.engine.JupiterTestEngine())
            .build());
  }

  private static LauncherDiscoveryRequest request(GraderSet graders) {
    return LauncherDiscoveryRequestBuilder.request()
        .selectors(graders.classes().stream().map(DiscoverySelectors::selectClass).toList())
        .filters(EngineFilter.includeEngines("junit-jupiter"))
        .enableImplicitConfigurationParameters(false)
        .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
        .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "false")
        .configurationParameter("junit.platform.discovery.issue.severity.critical", "WARNING")
        .build();
  }

  /** Turns what the platform reports into findings. */
  private static final class Listener implements TestExecutionListener {
    private final Map<String, Verdict> verdicts;
    private final List<Finding> findings = new ArrayList<>();
    private final List<Flag> flags = new ArrayList<>();
    private final List<String> troubles = new ArrayList<>();
    private final List<Throwable> causes = new ArrayList<>();
    private final Set<String> lacking = new TreeSet<>();

    Listener(Map<String, Verdict> verdicts) {
      this.verdicts = verdicts;
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
      troubles.add(
          "grader '%s' is switched off (%s)".formatted(test.getLegacyReportingName(), reason));
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      if (!test.isTest()) {
        result.getThrowable().ifPresent(thrown -> trouble(test, thrown));
        return;
      }
      Criterion criterion =
          test.getSource()
              .filter(MethodSource.class::isInstance)
              .map(s -> ((MethodSource) s).getJavaMethod().getAnnotation(Criterion.class))
              .orElse(null);
      if (criterion == null) {
        troubles.add(
            "grader method '%s' has no @Criterion".formatted(test.getLegacyReportingName()));
        return;
      }
      Verdict verdict = verdicts.getOrDefault(test.getUniqueId(), new Verdict());
      flags.addAll(verdict.flags());
      Throwable thrown = result.getThrowable().orElse(null);
      if (thrown == null) {
        add(criterion, Finding.Outcome.PASSED, verdict.reason(), verdict);
      } else if (thrown instanceof TestAbortedException) {
        add(criterion, Finding.Outcome.SKIPPED, message(thrown), verdict);
      } else if (thrown instanceof PartlyHolds partly) {
        findings.add(
            new Finding(
                criterion.value(),
                Finding.Outcome.PARTIAL,
                message(thrown),
                verdict.evidence(),
                partly.share()));
      } else if (thrown instanceof AssertionError) {
        add(criterion, Finding.Outcome.FAILED, message(thrown), verdict);
      } else {
        trouble(test, thrown);
      }
    }

    private void add(Criterion criterion, Finding.Outcome outcome, String reason, Verdict verdict) {
      findings.add(new Finding(criterion.value(), outcome, reason, verdict.evidence()));
    }

    private void trouble(TestIdentifier test, Throwable thrown) {
      if (thrown instanceof EvidenceLacks lacks) {
        lacking.add(lacks.experiment());
        return;
      }
      troubles.add("grader %s failed by itself: %s".formatted(place(test, thrown), thrown));
      causes.add(thrown);
    }

    /** The grader's class and method, and its line that led to what was thrown. */
    private static String place(TestIdentifier test, Throwable thrown) {
      TestSource source = test.getSource().orElse(null);
      String type;
      String name;
      if (source instanceof MethodSource method) {
        type = method.getClassName();
        name = type + "." + method.getMethodName();
      } else if (source instanceof ClassSource grader) {
        type = grader.getClassName();
        name = type;
      } else {
        return test.getLegacyReportingName();
      }
      return Stream.of(thrown.getStackTrace())
          // A lambda's frame is of its class; an inner class has a name of its own.
          .filter(f -> f.getClassName().equals(type) || f.getClassName().startsWith(type + "$"))
          .findFirst()
          .map(f -> "%s (%s:%d)".formatted(name, f.getFileName(), f.getLineNumber()))
          .orElse(name);
    }

    private static String message(Throwable thrown) {
      String message = thrown.getMessage();
      return message == null ? "" : message.strip();
    }

    Findings findings(GraderSet graders) throws InfrastructureFailure {
      if (!lacking.isEmpty()) {
        throw new InfrastructureFailure(
            "the evidence lacks what graders ask for (%s): another version of bootgrade made it, or it was changed"
                .formatted(String.join(", ", lacking)),
            "Grade the submission again with --force.");
      }
      for (String criterion : graders.criteria()) {
        if (troubles.isEmpty()
            && findings.stream().noneMatch(f -> f.criterion().equals(criterion))) {
          troubles.add("no grader decided '%s'".formatted(criterion));
        }
      }
      if (!troubles.isEmpty()) {
        InfrastructureFailure failure =
            new InfrastructureFailure(
                String.join("; ", troubles),
                "Mend the grader, then grade again: nothing was scored.");
        causes.forEach(failure::addSuppressed);
        throw failure;
      }
      return new Findings(
          findings.stream().sorted(java.util.Comparator.comparing(Finding::criterion)).toList(),
          flags.stream()
              .distinct()
              .sorted(java.util.Comparator.comparing(Flag::id).thenComparing(Flag::detail))
              .toList());
    }
  }
}
