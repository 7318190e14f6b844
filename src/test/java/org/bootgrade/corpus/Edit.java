package org.bootgrade.corpus;

import java.util.Map;

/** One change to the files of a sample. */
sealed interface Edit {

  /** The file that is changed, relative to the sample's folder, with {@code /}. */
  String file();

  /**
   * Changes the files.
   *
   * @param files path to text; changed in place
   * @throws Misfit if the files are not as this edit expects them
   */
  void apply(Map<String, String> files) throws Misfit;

  /** An edit does not fit the files that it is applied to. */
  final class Misfit extends Exception {
    private static final long serialVersionUID = 1L;

    Misfit(String message) {
      super(message);
    }
  }

  /**
   * Replaces a text.
   *
   * @param find the exact text
   * @param times how often it must occur; every occurrence is replaced
   */
  record Replace(String file, String find, String replacement, int times) implements Edit {
    @Override
    public void apply(Map<String, String> files) throws Misfit {
      String text = existing(file, files);
      int found = text.split(java.util.regex.Pattern.quote(find), -1).length - 1;
      if (found != times) {
        throw new Misfit(
            "the text to find occurs %d times in %s, not %d times: %s"
                .formatted(found, file, times, find.strip()));
      }
      files.put(file, text.replace(find, replacement));
    }
  }

  /** Adds a file that the sample does not have. */
  record Create(String file, String text) implements Edit {
    @Override
    public void apply(Map<String, String> files) throws Misfit {
      if (files.putIfAbsent(file, text) != null) {
        throw new Misfit("%s is there already; say rewrite".formatted(file));
      }
    }
  }

  /** Gives a file of the sample another text. */
  record Rewrite(String file, String text) implements Edit {
    @Override
    public void apply(Map<String, String> files) throws Misfit {
      existing(file, files);
      files.put(file, text);
    }
  }

  /** Takes a file away. */
  record Remove(String file) implements Edit {
    @Override
    public void apply(Map<String, String> files) throws Misfit {
      existing(file, files);
      files.remove(file);
    }
  }

  /** Gives a file another name. */
  record Rename(String file, String name) implements Edit {
    @Override
    public void apply(Map<String, String> files) throws Misfit {
      String text = existing(file, files);
      if (files.putIfAbsent(name, text) != null) {
        throw new Misfit("%s is there already".formatted(name));
      }
      files.remove(file);
    }
  }

  private static String existing(String file, Map<String, String> files) throws Misfit {
    String text = files.get(file);
    if (text == null) {
      throw new Misfit("there is no %s".formatted(file));
    }
    return text;
  }
}
