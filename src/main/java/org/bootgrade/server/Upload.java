package org.bootgrade.server;

import io.javalin.http.Context;
import io.javalin.http.UploadedFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.bootgrade.contents.Content;
import org.bootgrade.contents.Contents;
import org.bootgrade.contents.TooLarge;
import org.bootgrade.evidence.InfrastructureFailure;
import org.bootgrade.ledger.HandedIn;
import org.bootgrade.ledger.Token;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A submission in a call: an archive as the body with everything else in the query, or a form with
 * the archive in {@code archive}.
 */
final class Upload {

  private static final Logger LOG = LoggerFactory.getLogger(Upload.class);

  private static final Set<String> PLAIN =
      Set.of(
          "application/octet-stream",
          "application/zip",
          "application/x-zip-compressed",
          "application/gzip",
          "application/x-gzip",
          "application/x-tar",
          "application/x-gtar",
          "application/x-compressed-tar");

  private static final List<String> EXTENSIONS = List.of(".tar.gz", ".tgz", ".zip", ".tar", ".gz");

  /** What a file on any file system may be called, and nothing that leads elsewhere. */
  private static final Pattern NAME =
      Pattern.compile("[^\\p{Cntrl}/\\\\.][^\\p{Cntrl}/\\\\]{0,99}");

  private static final Pattern STUDENT = Pattern.compile("[^\\p{Cntrl}]{0,200}");
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

  private final ServiceSettings settings;
  private final Contents contents;

  Upload(ServiceSettings settings, Contents contents) {
    this.settings = settings;
    this.contents = contents;
  }

  /**
   * Takes it in. Whether it is a kernel at all is seen when it is graded.
   *
   * @throws Refused where something is missing, not allowed or too large
   */
  HandedIn take(Context context, Token token) throws Refused, InfrastructureFailure {
    long most = settings.limits().archive();
    if (context.req().getContentLengthLong() > most + FORM) {
      throw tooLarge(most);
    }
    try {
      String type = String.valueOf(context.contentType()).replaceFirst("\\s*;.*", "");
      if (PLAIN.contains(type)) {
        return plain(context, token, most);
      }
      if (type.equals("multipart/form-data")) {
        return form(context, token, most);
      }
      throw new Refused(
          415,
          "Send the archive as the body (Content-Type: application/octet-stream), or a form"
              + " (multipart/form-data) with the file in \"archive\".");
    } catch (TooLarge e) {
      throw tooLarge(most);
    } catch (IOException e) {
      throw new Refused(400, "The call ended before its body did.");
    }
  }

  /** The other parts of a form. */
  private static final long FORM = 64 << 10;

  private HandedIn plain(Context context, Token token, long most)
      throws Refused, InfrastructureFailure, IOException {
    Fields fields = fields(context::queryParam, "", token);
    try (InputStream body = context.bodyInputStream()) {
      return handedIn(context, token, fields, contents.put(body, most));
    }
  }

  private HandedIn form(Context context, Token token, long most)
      throws Refused, InfrastructureFailure, IOException {
    List<UploadedFile> files = files(context, most);
    if (files.size() != 1) {
      throw new Refused(
          400, "The form has %d files \"archive\": send one.".formatted(files.size()));
    }
    UploadedFile file = files.get(0);
    Fields fields = fields(context::formParam, file.filename(), token);
    try (InputStream content = file.content()) {
      return handedIn(context, token, fields, contents.put(content, most));
    }
  }

  /**
   * What cannot be read as a form is the caller's fault, or more than the parser takes. Javalin
   * throws checked exceptions here without declaring them.
   */
  private static List<UploadedFile> files(Context context, long most) throws Refused {
    try {
      return context.uploadedFiles("archive");
    } catch (Exception e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (String.valueOf(cause.getMessage()).contains("exceeded")) {
          throw tooLarge(most);
        }
      }
      LOG.info("a form cannot be read", e);
      throw new Refused(400, "The body is no form (multipart/form-data) that can be read.");
    }
  }

  private static HandedIn handedIn(Context context, Token token, Fields fields, Content content)
      throws Refused {
    return new HandedIn(
        fields.course(),
        fields.assignment(),
        fields.student(),
        fields.name(),
        content.digest(),
        content.size(),
        token.id(),
        key(context));
  }

  private record Fields(String course, String assignment, String student, String name) {}

  private interface Values {
    @Nullable String of(String name);
  }

  private Fields fields(Values values, String fileName, Token token) throws Refused {
    String course = course(values.of("course"), token);
    String assignment = assignment(course, values.of("assignment"));
    String student =
        String.valueOf(values.of("student") == null ? "" : values.of("student")).strip();
    if (!STUDENT.matcher(student).matches()) {
      throw new Refused(400, "\"student\" has more than 200 characters, or control characters.");
    }
    String given = values.of("name");
    String name = given != null ? given : fileName.isEmpty() ? student : withoutExtension(fileName);
    if (name.isEmpty()) {
      name = "submission";
    }
    if (!NAME.matcher(name).matches()) {
      throw new Refused(
          400,
          "\"name\" cannot be a file's name: use no slash, no control character and no dot at its"
              + " beginning, and 100 characters at the most.");
    }
    return new Fields(course, assignment, student, name);
  }

  private String course(@Nullable String wanted, Token token) throws Refused {
    List<String> all =
        settings.courses().stream()
            .map(ServiceSettings.Course::id)
            .filter(id -> Doors.opens(token, id))
            .toList();
    if (wanted == null && all.size() == 1) {
      return all.get(0);
    }
    if (wanted == null) {
      throw new Refused(400, "Name the \"course\": %s.".formatted(String.join(", ", all)));
    }
    if (!all.contains(wanted)) {
      throw new Refused(
          403,
          "There is no such course, or this token is not for it. It is for: %s."
              .formatted(String.join(", ", all)));
    }
    return wanted;
  }

  private String assignment(String course, @Nullable String wanted) throws Refused {
    List<String> all =
        settings.courses().stream()
            .filter(c -> c.id().equals(course))
            .flatMap(c -> c.assignments().stream())
            .map(ServiceSettings.Assignment::id)
            .toList();
    if (wanted == null && all.size() == 1) {
      return all.get(0);
    }
    if (wanted == null || !all.contains(wanted)) {
      throw new Refused(
          400,
          "%s. Course %s has: %s."
              .formatted(
                  wanted == null ? "Name the \"assignment\"" : "There is no such assignment",
                  course,
                  String.join(", ", all)));
    }
    return wanted;
  }

  private static String withoutExtension(String fileName) {
    String name = fileName.replaceFirst("^.*[/\\\\]", "");
    for (String extension : EXTENSIONS) {
      int end = name.length() - extension.length();
      if (end > 0 && name.regionMatches(true, end, extension, 0, extension.length())) {
        return name.substring(0, end);
      }
    }
    return name;
  }

  private static @Nullable String key(Context context) throws Refused {
    String key = context.header("Idempotency-Key");
    if (key != null && !KEY.matcher(key).matches()) {
      throw new Refused(400, "Idempotency-Key has blanks, or more than 255 characters.");
    }
    return key;
  }

  private static Refused tooLarge(long most) {
    return new Refused(
        413,
        "The archive is larger than %d MiB. Leave out build folders (target/)."
            .formatted(most >> 20));
  }
}
