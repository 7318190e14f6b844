package org.bootgrade.submission;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What is no source of anybody's: build output, version control, and the droppings of editors and
 * desktops. It is left out before anything else is checked, so that a socket in {@code .git} or an
 * editor's dangling lock link does not spoil a submission.
 */
final class LeftOut {
  static final String BUILD_FOLDER = "target";

  private static final Set<String> ANYWHERE =
      Set.of(".git", ".hg", ".svn", ".bzr", ".jj", ".pijul", "_darcs", "__macosx", ".ds_store");

  /**
   * Swap files of vi, backups of emacs and others, emacs locks, and the {@code ._name} files a
   * macOS tar puts beside each file, which cargo would take for tests and binaries.
   */
  private static final Pattern FILES =
      Pattern.compile("\\..*\\.sw[a-p]|.*~|#.*#|\\.#.*|\\._.*", Pattern.DOTALL);

  private LeftOut() {}

  /** Whether an entry of this name is left out wherever it is, with all that is in it. */
  static boolean always(String name, boolean folder) {
    // In any case: some file systems and git itself take .GIT for .git.
    return ANYWHERE.contains(name.toLowerCase(Locale.ROOT))
        || (!folder && FILES.matcher(name).matches());
  }

  /**
   * Whether a folder named {@code target} is cargo's build folder. It is if cargo's tag is in it,
   * or if it lies beside a Cargo.toml, where cargo would put it. But cargo never puts a Rust file
   * or a manifest straight into it: such a folder without the tag is a module or crate of that
   * name.
   *
   * @param beside names of the files beside the folder
   * @param inside names of the files straight in it
   */
  static boolean isBuildFolder(Set<String> beside, Set<String> inside) {
    if (inside.contains("CACHEDIR.TAG")) {
      return true;
    }
    return beside.contains("Cargo.toml")
        && inside.stream().noneMatch(name -> name.endsWith(".rs") || name.equals("Cargo.toml"));
  }
}
