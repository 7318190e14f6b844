package org.bootgrade.grading;

import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives graders the submission of their launcher session, and each method its own verdict. */
final class EvidenceResolver implements ParameterResolver {

  static final Namespace NAMESPACE = Namespace.create("org.bootgrade.grading");
  static final String SUBMISSION = "submission";
  static final String VERDICTS = "verdicts";

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Submission.class || type == Verdict.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    ExtensionContext.Store store = context.getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE);
    if (parameter.getParameter().getType() == Submission.class) {
      Submission submission = store.get(SUBMISSION, Submission.class);
      if (submission == null) {
        throw new ParameterResolutionException("the session holds no submission");
      }
      return submission;
    }
    @SuppressWarnings("unchecked") // put there by GraderRunner
    Map<String, Verdict> verdicts = (Map<String, Verdict>) store.get(VERDICTS);
    if (verdicts == null) {
      throw new ParameterResolutionException("the session holds no place for verdicts");
    }
    return verdicts.computeIfAbsent(context.getUniqueId(), id -> new Verdict());
  }
}
