package org.bootgrade.submission;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/** One thing to pack into a submission of a test. */
final class Item {
  enum Kind {
    FILE,
    FOLDER,
    SYMBOLIC_LINK,
    HARD_LINK,
    FIFO
  }

  private final String name;
  private final Kind kind;
  private final byte[] content;

  Item(String name, Kind kind, byte[] content) {
    this.name = name;
    this.kind = kind;
    this.content = content;
  }

  String name() {
    return name;
  }

  Kind kind() {
    return kind;
  }

  byte[] content() {
    return content;
  }

  static Item file(String name, String content) {
    return file(name, content.getBytes(UTF_8));
  }

  static Item file(String name, byte[] content) {
    return new Item(name, Kind.FILE, content);
  }

  static Item folder(String name) {
    return new Item(name, Kind.FOLDER, new byte[0]);
  }

  static Item symbolicLink(String name, String target) {
    return new Item(name, Kind.SYMBOLIC_LINK, target.getBytes(UTF_8));
  }

  static Item hardLink(String name, String target) {
    return new Item(name, Kind.HARD_LINK, target.getBytes(UTF_8));
  }

  static Item fifo(String name) {
    return new Item(name, Kind.FIFO, new byte[0]);
  }

  String text() {
    return new String(content, UTF_8);
  }

  @Override
  public String toString() {
    return "%s '%s' (%s)"
        .formatted(kind, name, kind == Kind.FILE ? content.length + " bytes" : text());
  }

  /** A small kernel crate, and what a test adds to it. */
  static List<Item> crateWith(Item... more) {
    List<Item> items = new ArrayList<>();
    items.add(file("Cargo.toml", "[package]\nname = \"kernel\"\n"));
    items.add(file("src/main.rs", "#![no_std]\n"));
    items.addAll(List.of(more));
    return items;
  }

  /** The same things inside a folder. */
  static List<Item> within(String folder, List<Item> items) {
    return items.stream()
        .map(item -> new Item(folder + "/" + item.name(), item.kind(), item.content()))
        .toList();
  }
}
