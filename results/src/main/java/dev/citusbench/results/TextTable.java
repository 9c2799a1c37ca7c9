package dev.citusbench.results;

import java.util.ArrayList;
import java.util.List;

/** A table of text with aligned columns, two blanks between them and none at the end. */
final class TextTable {
  /** Where a column stands in its width. */
  enum Align {
    LEFT,
    RIGHT
  }

  private final List<Align> aligns;
  private final List<List<String>> rows = new ArrayList<>();

  TextTable(List<Align> aligns) {
    this.aligns = aligns;
  }

  /** Columns by letters, {@code l} for left and {@code r} for right. */
  static TextTable of(String columns) {
    return new TextTable(
        columns.chars().mapToObj(c -> c == 'l' ? Align.LEFT : Align.RIGHT).toList());
  }

  TextTable row(String... cells) {
    if (cells.length != aligns.size()) {
      throw new IllegalArgumentException(cells.length + " cells for " + aligns.size() + " columns");
    }
    rows.add(List.of(cells));
    return this;
  }

  @Override
  public String toString() {
    int[] widths = new int[aligns.size()];
    for (List<String> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < widths.length; column++) {
        String cell = row.get(column);
        String blanks = " ".repeat(widths[column] - cell.length());
        line.append(column == 0 ? "" : "  ");
        switch (aligns.get(column)) {
          case LEFT -> line.append(cell).append(blanks);
          case RIGHT -> line.append(blanks).append(cell);
        }
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
