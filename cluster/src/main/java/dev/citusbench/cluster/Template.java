package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files of {@code cluster/templates}, with <code>${name}</code> filled in. */
final class Template {
  private static final Pattern NAME = Pattern.compile("\\$\\{([A-Za-z]+)}");

  private Template() {}

  static String render(Path template, Map<String, String> values) {
    String text;
    try {
      text = Files.readString(template);
    } catch (IOException e) {
      throw BenchException.usage(
          "cannot read the template " + template + ": is this the checkout's folder?");
    }
    StringBuilder result = new StringBuilder(text.length() * 2);
    int line = 0;
    for (String content : text.split("\n", -1)) {
      line++;
      if (line > 1) {
        result.append('\n');
      }
      // A comment may show the form of a placeholder without being one.
      if (content.stripLeading().startsWith("#")) {
        result.append(content);
        continue;
      }
      int number = line;
      result.append(
          NAME.matcher(content)
              .replaceAll(
                  m -> {
                    String value = values.get(m.group(1));
                    if (value == null) {
                      throw BenchException.usage(
                          template
                              + ":"
                              + number
                              + ": "
                              + BenchException.unknown("placeholder", m.group(1), values.keySet())
                                  .getMessage());
                    }
                    return Matcher.quoteReplacement(value);
                  }));
    }
    return result.toString();
  }
}
