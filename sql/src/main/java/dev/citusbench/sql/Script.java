package dev.citusbench.sql;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads SQL files that also run by hand with psql: statements that end with {@code ;} or {@code
 * \gexec}, both kinds of comments, all kinds of quotes, psql variables ({@code :name}, {@code
 * :'name'}, {@code :"name"}) and the commands {@code \if \else \endif \set \getenv}. Whatever else
 * psql knows is refused with file and line.
 */
final class Script {
  private static final Set<String> COMMANDS =
      Set.of("if", "else", "endif", "set", "getenv", "gexec");

  private final Path file;
  private final String text;
  private final boolean operation;
  private final Map<String, String> variables;
  private final List<Statement> statements = new ArrayList<>();
  private final Deque<Branch> branches = new ArrayDeque<>();

  private final List<Statement.Piece> pieces = new ArrayList<>();
  private final StringBuilder code = new StringBuilder();
  private int statementLine;
  private int position;
  private int line = 1;

  private record Branch(boolean outerActive, boolean active, boolean elseSeen, int line) {}

  private Script(Path file, String text, boolean operation, Map<String, String> variables) {
    this.file = file;
    this.text = text;
    this.operation = operation;
    this.variables = new HashMap<>(variables);
  }

  /** The statements to execute, variables inserted as psql would. */
  static List<Statement> read(Path file, Map<String, String> variables) {
    return new Script(file, content(file), false, variables).parse();
  }

  /** The statements of an operation: no commands, and variables stay what they are: parameters. */
  static List<Statement> readOperation(Path file) {
    return new Script(file, content(file), true, Map.of()).parse();
  }

  static String content(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new BenchException(
          BenchException.Kind.USAGE,
          "cannot read " + file + " (" + e.getClass().getSimpleName() + "): is the checkout whole?",
          e);
    }
  }

  private List<Statement> parse() {
    while (position < text.length()) {
      char c = text.charAt(position);
      if (text.startsWith("--", position)) {
        skipLineComment();
      } else if (text.startsWith("/*", position)) {
        skipBlockComment();
      } else if (c == '\'') {
        boolean escapes = precededByEscapeMarker();
        copyQuoted('\'', escapes);
      } else if (c == '"') {
        copyQuoted('"', false);
      } else if (c == '$' && dollarTag() != null) {
        copyDollarQuoted();
      } else if (c == ';') {
        advance(1);
        finish(false);
      } else if (c == '\\') {
        command();
      } else if (text.startsWith("::", position)) {
        append("::");
        advance(2);
      } else if (c != ':' || !variable()) {
        if (operation && c == '?') {
          append("??");
        } else {
          append(String.valueOf(c));
        }
        advance(1);
      }
    }
    if (!blank()) {
      throw error(statementLine, "the statement does not end: a ';' is missing");
    }
    if (!branches.isEmpty()) {
      throw error(branches.getFirst().line(), "\\if without \\endif");
    }
    return List.copyOf(statements);
  }

  private void append(String sql) {
    if (blank() && !sql.isBlank()) {
      statementLine = line;
    }
    code.append(sql);
  }

  private boolean blank() {
    return pieces.isEmpty() && code.toString().isBlank();
  }

  private void advance(int characters) {
    for (int i = 0; i < characters; i++) {
      if (text.charAt(position++) == '\n') {
        line++;
      }
    }
  }

  private void skipLineComment() {
    int end = text.indexOf('\n', position);
    advance((end < 0 ? text.length() : end) - position);
  }

  private void skipBlockComment() {
    int begin = line;
    int depth = 0;
    do {
      if (text.startsWith("/*", position)) {
        depth++;
        advance(2);
      } else if (text.startsWith("*/", position)) {
        depth--;
        advance(2);
      } else if (position < text.length()) {
        advance(1);
      } else {
        throw error(begin, "the comment does not end: a '*/' is missing");
      }
    } while (depth > 0);
    append(" ");
  }

  private boolean precededByEscapeMarker() {
    int last = code.length() - 1;
    return last >= 0
        && (code.charAt(last) == 'E' || code.charAt(last) == 'e')
        && (last == 0 || !Character.isJavaIdentifierPart(code.charAt(last - 1)));
  }

  private void copyQuoted(char quote, boolean backslashEscapes) {
    int begin = line;
    int from = position;
    int to = position + 1;
    while (true) {
      if (to >= text.length()) {
        throw error(begin, "the quote does not end: a " + quote + " is missing");
      }
      char c = text.charAt(to);
      if (c == '\\' && backslashEscapes) {
        to += 2;
      } else if (c == quote) {
        to++;
        if (to < text.length() && text.charAt(to) == quote) {
          to++;
        } else {
          break;
        }
      } else {
        to++;
      }
    }
    append(text.substring(from, to));
    advance(to - from);
  }

  /** The tag at this position with both of its dollars, if one begins here. */
  private @Nullable String dollarTag() {
    if (position > 0 && Character.isJavaIdentifierPart(text.charAt(position - 1))) {
      return null;
    }
    int end = position + 1;
    while (end < text.length()
        && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
      end++;
    }
    boolean tag =
        end < text.length()
            && text.charAt(end) == '$'
            && !Character.isDigit(text.charAt(position + 1));
    return tag ? text.substring(position, end + 1) : null;
  }

  private void copyDollarQuoted() {
    String tag = dollarTag();
    if (tag == null) {
      throw new IllegalStateException("no dollar quote at " + file + ":" + line);
    }
    int end = text.indexOf(tag, position + tag.length());
    if (end < 0) {
      throw error(line, "the quote does not end: a " + tag + " is missing");
    }
    String quoted = text.substring(position, end + tag.length());
    append(quoted);
    advance(quoted.length());
  }

  private boolean variable() {
    int next = position + 1;
    Statement.Quote quote = Statement.Quote.NONE;
    if (next < text.length()) {
      if (text.charAt(next) == '\'') {
        quote = Statement.Quote.LITERAL;
        next++;
      } else if (text.charAt(next) == '"') {
        quote = Statement.Quote.IDENTIFIER;
        next++;
      }
    }
    int end = next;
    while (end < text.length()
        && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
      end++;
    }
    boolean number = end > next && Character.isDigit(text.charAt(next));
    if (end == next || (number && quote == Statement.Quote.NONE)) {
      if (quote != Statement.Quote.NONE) {
        throw error(line, "a variable's name is missing after ':'");
      }
      return false;
    }
    String name = text.substring(next, end);
    if (quote != Statement.Quote.NONE) {
      char closing = quote == Statement.Quote.LITERAL ? '\'' : '"';
      if (end >= text.length() || text.charAt(end) != closing) {
        throw error(line, "variable '" + name + "' lacks its closing " + closing);
      }
      end++;
    }
    if (blank()) {
      statementLine = line;
    }
    if (operation) {
      pieces.add(new Statement.Text(code.toString()));
      code.setLength(0);
      pieces.add(new Statement.Variable(name, quote, line));
    } else if (active()) {
      code.append(quoted(value(name), quote));
    }
    advance(end - position);
    return true;
  }

  private String value(String name) {
    String value = variables.get(name);
    if (value == null) {
      throw error(line, "variable '" + name + "' is not set");
    }
    return value;
  }

  private static String quoted(String value, Statement.Quote quote) {
    return switch (quote) {
      case NONE -> value;
      case LITERAL ->
          (value.contains("\\") ? " E" : "")
              + "'"
              + value.replace("\\", "\\\\").replace("'", "''")
              + "'";
      case IDENTIFIER -> "\"" + value.replace("\"", "\"\"") + "\"";
    };
  }

  private void finish(boolean executesResult) {
    if (blank() && executesResult) {
      throw error(line, "\\gexec without a statement before it");
    }
    if (!blank() && active()) {
      pieces.add(new Statement.Text(code.toString()));
      List<Statement.Piece> trimmed = new ArrayList<>(pieces);
      if (trimmed.get(0) instanceof Statement.Text first) {
        trimmed.set(0, new Statement.Text(first.sql().stripLeading()));
      }
      int last = trimmed.size() - 1;
      if (trimmed.get(last) instanceof Statement.Text end) {
        trimmed.set(last, new Statement.Text(end.sql().stripTrailing()));
      }
      statements.add(new Statement(file, statementLine, trimmed, executesResult));
    }
    pieces.clear();
    code.setLength(0);
  }

  private boolean active() {
    return branches.isEmpty() || branches.getFirst().active();
  }

  private void command() {
    int end = text.indexOf('\n', position);
    String whole = text.substring(position + 1, end < 0 ? text.length() : end).strip();
    int commandLine = line;
    advance((end < 0 ? text.length() : end) - position);
    String[] words = whole.split("\\s+", 3);
    if (operation) {
      throw error(commandLine, "\\" + words[0] + ": an operation has no psql commands");
    }
    if (words[0].equals("gexec")) {
      finish(true);
      return;
    }
    if (!COMMANDS.contains(words[0])) {
      throw error(
          commandLine,
          "\\"
              + words[0]
              + " is not understood: known are \\if \\else \\endif \\set \\getenv \\gexec");
    }
    if (!blank()) {
      throw error(commandLine, "\\" + words[0] + " inside a statement: a ';' is missing before it");
    }
    switch (words[0]) {
      case "if" -> branches.push(begin(words, commandLine));
      case "else" -> {
        Branch branch = innermost(commandLine, "else");
        if (branch.elseSeen()) {
          throw error(commandLine, "a second \\else");
        }
        branches.pop();
        branches.push(
            new Branch(
                branch.outerActive(),
                branch.outerActive() && !branch.active(),
                true,
                branch.line()));
      }
      case "endif" -> {
        innermost(commandLine, "endif");
        branches.pop();
      }
      case "set" -> {
        if (words.length < 2) {
          throw error(commandLine, "\\set needs a name");
        }
        if (active()) {
          variables.put(words[1], words.length == 3 ? unquoted(words[2]) : "");
        }
      }
      case "getenv" -> {
        if (words.length != 3) {
          throw error(commandLine, "\\getenv needs a variable and the name of the environment's");
        }
        String value = System.getenv(words[2]);
        if (active() && value != null) {
          variables.put(words[1], value);
        }
      }
      default -> throw error(commandLine, "\\" + words[0] + " is not understood");
    }
  }

  private static String unquoted(String value) {
    return value.length() >= 2 && value.startsWith("'") && value.endsWith("'")
        ? value.substring(1, value.length() - 1).replace("''", "'")
        : value;
  }

  private Branch begin(String[] words, int commandLine) {
    String condition = words.length == 2 ? words[1] : "";
    if (!condition.matches(":\\{\\?\\w+}")) {
      throw error(commandLine, "\\if understands only :{?name}, whether a variable is set");
    }
    boolean set = variables.containsKey(condition.substring(3, condition.length() - 1));
    return new Branch(active(), active() && set, false, commandLine);
  }

  private Branch innermost(int commandLine, String command) {
    Branch branch = branches.peek();
    if (branch == null) {
      throw error(commandLine, "\\" + command + " without \\if");
    }
    return branch;
  }

  private BenchException error(int atLine, String what) {
    return BenchException.usage(file + ":" + atLine + ": " + what);
  }
}
