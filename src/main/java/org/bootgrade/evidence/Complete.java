package org.bootgrade.evidence;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether records that were read from a file are whole. A reader of JSON leaves null where a field
 * is missing, and everything right of the evidence relies on what is not marked nullable.
 */
final class Complete {

  private Complete() {}

  /** The first component that is null and must not be, by its path; empty where there is none. */
  static Optional<String> firstMissing(Record whole) {
    for (RecordComponent component : whole.getClass().getRecordComponents()) {
      Object value = value(whole, component);
      String name = component.getName();
      if (value == null) {
        if (!nullable(component.getAnnotatedType())) {
          return Optional.of(name);
        }
      } else if (value instanceof Record part) {
        Optional<String> missing = firstMissing(part);
        if (missing.isPresent()) {
          return missing.map(m -> name + "." + m);
        }
      } else if (value instanceof List<?> list) {
        for (int i = 0; i < list.size(); i++) {
          String place = "%s[%d].".formatted(name, i);
          Optional<String> missing =
              list.get(i) instanceof Record part ? firstMissing(part) : Optional.empty();
          if (missing.isPresent()) {
            return missing.map(m -> place + m);
          }
        }
      }
    }
    return Optional.empty();
  }

  private static boolean nullable(AnnotatedElement type) {
    return type.isAnnotationPresent(Nullable.class);
  }

  private static @Nullable Object value(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the records of this package are public", e);
    }
  }
}
