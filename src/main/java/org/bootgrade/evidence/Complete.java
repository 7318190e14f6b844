package org.bootgrade.evidence;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether records that were read from a file are whole. A reader of JSON leaves null where a field
 * is missing, and everything right of the evidence relies on what is not marked nullable.
 */
final class Complete {

  /** What there is to know of a record's form; reading it anew takes longer than reading JSON. */
  private static final ClassValue<List<Component>> FORMS =
      new ClassValue<>() {
        @Override
        protected List<Component> computeValue(Class<?> type) {
          return Stream.of(type.getRecordComponents())
              .filter(component -> !component.getType().isPrimitive())
              .map(Component::of)
              .toList();
        }
      };

  private record Component(String name, Method accessor, boolean nullable) {
    static Component of(RecordComponent component) {
      return new Component(
          component.getName(),
          component.getAccessor(),
          component.getAnnotatedType().isAnnotationPresent(Nullable.class));
    }

    @Nullable Object of(Record whole) {
      try {
        return accessor.invoke(whole);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("the records of this package are public", e);
      }
    }
  }

  private Complete() {}

  /** The first component that is null and must not be, by its path; empty where there is none. */
  static Optional<String> firstMissing(Record whole) {
    for (Component component : FORMS.get(whole.getClass())) {
      Object value = component.of(whole);
      if (value == null) {
        if (!component.nullable()) {
          return Optional.of(component.name());
        }
      } else if (value instanceof Record part) {
        Optional<String> missing = firstMissing(part);
        if (missing.isPresent()) {
          return missing.map(m -> component.name() + "." + m);
        }
      } else if (value instanceof List<?> list) {
        for (int i = 0; i < list.size(); i++) {
          Optional<String> missing =
              list.get(i) instanceof Record part ? firstMissing(part) : Optional.empty();
          if (missing.isPresent()) {
            return Optional.of("%s[%d].%s".formatted(component.name(), i, missing.get()));
          }
        }
      }
    }
    return Optional.empty();
  }
}
