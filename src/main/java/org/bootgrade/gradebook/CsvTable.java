package org.bootgrade.gradebook;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.bootgrade.evidence.FileTrouble;

/**
 * A table as spreadsheets and LMSs write it: RFC 4180, in UTF-8 with or without a byte order mark
 * or in UTF-16 with one, separated by commas, semicolons or tabs, with any line ends. Its first row
 * names the columns.
 */
final class CsvTable {

  private static final int MOST_BYTES = 16 << 20;
  private static final int MOST_ROWS = 100_000;

  /** A gradebook has a column for each assignment of the year. */
  private static final int MOST_COLUMNS = 2_000;

  private static final int LONGEST_CELL = 1_000;
  private static final String BYTE_ORDER_MARK = "\ufeff";

  private final List<String> header;
  private final List<Row> rows;
  private final int headerLine;

  private CsvTable(List<String> header, int headerLine, List<Row> rows) {
    this.header = header;
    this.headerLine = headerLine;
    this.rows = rows;
  }

  /**
   * A row below the header.
   *
   * @param line of the file, from 1
   * @param cells as they are written, without blanks around them
   */
  record Row(int line, List<String> cells) {
    /** A cell; empty where the row has none there, or the table no such column. */
    String cell(int column) {
      return column < 0 || column >= cells.size() ? "" : cells.get(column);
    }
  }

  /** The bytes of a file. */
  static byte[] bytes(Path file, String option) throws GradebookError {
    Troubles troubles = new Troubles(file.toString());
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MOST_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw troubles.only(0, "there is no such file", "check %s and the folder".formatted(option));
    } catch (IOException e) {
      throw troubles.only(
          0,
          "the file cannot be read (%s)".formatted(FileTrouble.reason(e, file)),
          "check that it is a file and that you may read it");
    }
  }

  /**
   * Reads a table.
   *
   * @param columns what its first row may be, for whoever gave an empty one
   * @throws GradebookError if it is none
   */
  static CsvTable read(String file, byte[] bytes, String columns) throws GradebookError {
    Troubles troubles = new Troubles(file);
    if (bytes.length > MOST_BYTES) {
      throw troubles.only(0, "the file is larger than 16 MiB", "name a table; this is none");
    }
    String text = decode(bytes, troubles);
    int skipped = 0;
    // Excel's own way to say the separator.
    if (text.startsWith("sep=")) {
      int end = lineEnd(text, 0);
      skipped = text.startsWith("\r\n", end) ? end + 2 : Math.min(text.length(), end + 1);
    }
    List<Row> all = parse(text, skipped, troubles);
    if (all.isEmpty()) {
      throw troubles.only(
          0, "the table is empty", "its first row must name the columns, such as " + columns);
    }
    Row first = all.get(0);
    List<String> header = first.cells().stream().map(CsvTable::heading).toList();
    if (header.size() > MOST_COLUMNS) {
      throw troubles.only(
          first.line(), "there are more than %d columns".formatted(MOST_COLUMNS), "remove some");
    }
    for (Row row : all.subList(1, all.size())) {
      check(row, header.size(), troubles);
    }
    troubles.throwIfAny();
    return new CsvTable(header, first.line(), List.copyOf(all.subList(1, all.size())));
  }

  List<Row> rows() {
    return rows;
  }

  int headerLine() {
    return headerLine;
  }

  /** The headings, in lower case and with single blanks. */
  List<String> header() {
    return header;
  }

  /**
   * Finds columns by any of their names.
   *
   * @param names what each heading means
   * @param troubles told where two columns mean the same
   * @return the column of each meaning that is there
   */
  <T> Map<T, Integer> columns(Map<String, T> names, Troubles troubles) {
    Map<T, Integer> columns = new HashMap<>();
    for (int i = 0; i < header.size(); i++) {
      T meaning = names.get(header.get(i));
      if (meaning == null) {
        continue;
      }
      Integer other = columns.putIfAbsent(meaning, i);
      if (other != null) {
        troubles.add(
            headerLine,
            "the columns %s and %s say the same thing"
                .formatted(Troubles.quote(header.get(other)), Troubles.quote(header.get(i))),
            "rename or remove one of them");
      }
    }
    return columns;
  }

  private static void check(Row row, int columns, Troubles troubles) {
    if (row.cells().size() > columns) {
      troubles.add(
          row.line(),
          "the row has %d cells, and there are %d columns".formatted(row.cells().size(), columns),
          "put a text that holds the separator in \"quotes\"");
      return;
    }
    for (String cell : row.cells()) {
      if (cell.length() > LONGEST_CELL) {
        troubles.add(
            row.line(),
            "a cell has more than %d characters".formatted(LONGEST_CELL),
            "see whether a quote is missing or too many");
      }
      // Line breaks and tabs are ordinary in cells that nobody reads here.
      if (cell.codePoints().anyMatch(c -> c == 0)) {
        troubles.add(row.line(), "a cell holds a zero character", "save the table as UTF-8 text");
      }
    }
  }

  private static List<Row> parse(String text, int from, Troubles troubles) throws GradebookError {
    List<Row> rows = new ArrayList<>();
    CSVFormat format = CSVFormat.RFC4180.builder().setDelimiter(separator(text, from)).get();
    int line = 1 + lines(text, 0, from);
    int at = from;
    try (CSVParser parser = CSVParser.parse(text.substring(from), format)) {
      for (CSVRecord record : parser) {
        int start = from + Math.toIntExact(record.getCharacterPosition());
        line += lines(text, at, start);
        at = start;
        List<String> cells = Arrays.stream(record.values()).map(String::strip).toList();
        if (cells.stream().allMatch(String::isEmpty)) {
          continue;
        }
        rows.add(new Row(line, cells));
        if (rows.size() > MOST_ROWS) {
          throw troubles.only(line, "there are more than 100000 rows", "name a class's table");
        }
      }
    } catch (UncheckedIOException | IOException e) {
      throw troubles.only(
          line,
          "in this row or below it the quotes do not fit",
          "write a text that holds a quote as \"with \"\"quotes\"\" inside\", and see whether one is"
              + " missing");
    }
    return rows;
  }

  /**
   * Of the characters that separate, the one that the first line has most of, outside of quotes.
   */
  private static char separator(String text, int from) {
    int commas = 0;
    int semicolons = 0;
    int tabs = 0;
    boolean quoted = false;
    int end = lineEnd(text, from);
    for (int i = from; i < end; i++) {
      char c = text.charAt(i);
      quoted ^= c == '"';
      if (!quoted) {
        commas += c == ',' ? 1 : 0;
        semicolons += c == ';' ? 1 : 0;
        tabs += c == '\t' ? 1 : 0;
      }
    }
    if (tabs > commas && tabs > semicolons) {
      return '\t';
    }
    return semicolons > commas ? ';' : ',';
  }

  private static int lineEnd(String text, int from) {
    int i = from;
    while (i < text.length() && text.charAt(i) != '\n' && text.charAt(i) != '\r') {
      i++;
    }
    return i;
  }

  /** How many lines end in a part of the text. */
  private static int lines(String text, int from, int to) {
    int lines = 0;
    for (int i = from; i < Math.min(to, text.length()); i++) {
      char c = text.charAt(i);
      boolean pair = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n';
      if (c == '\n' || (c == '\r' && !pair)) {
        lines++;
      }
    }
    return lines;
  }

  /** A heading without what differs between one version of an LMS and the next. */
  private static String heading(String cell) {
    return cell.replaceAll("[\\s_]+", " ").strip().toLowerCase(Locale.ROOT);
  }

  private static String decode(byte[] bytes, Troubles troubles) throws GradebookError {
    Charset charset = StandardCharsets.UTF_8;
    if (bytes.length >= 2 && (bytes[0] & 0xff) == 0xff && (bytes[1] & 0xff) == 0xfe) {
      charset = StandardCharsets.UTF_16LE;
    } else if (bytes.length >= 2 && (bytes[0] & 0xff) == 0xfe && (bytes[1] & 0xff) == 0xff) {
      charset = StandardCharsets.UTF_16BE;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try {
      String text = charset.newDecoder().decode(buffer).toString();
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      String before = new String(bytes, 0, buffer.position(), charset);
      throw troubles.only(
          1 + lines(before, 0, before.length()),
          "the file is not %s from this line on".formatted(charset),
          "save it as \"CSV UTF-8\"");
    }
  }
}
