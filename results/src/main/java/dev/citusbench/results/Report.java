package dev.citusbench.results;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code report.html} of a run: one file that needs no network. It is the template {@code
 * report.html} beside this class, filled with its style sheet, its script, uPlot, and the run as
 * JSON; the script makes the page from that, as text nodes only, so that nothing in the data can
 * become markup.
 */
public final class Report {
  private static final Pattern SLOT = Pattern.compile("\\{\\{([a-zA-Z]+)}}");
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/";

  private Report() {}

  /** Writes the report into a run folder, from what is in that folder. */
  public static void write(Path runDir) {
    Run run = Run.read(runDir);
    Json.writeAtomically(
        runDir.resolve(Run.REPORT),
        fill(
            "report.html",
            Map.of(
                "title", text(run.id()),
                "style", resource("report.css"),
                "script", resource("report.js"),
                "uplotStyle", resource(UPLOT + "dist/uPlot.min.css"),
                "uplotScript", resource(UPLOT + "dist/uPlot.iife.min.js"),
                "uplotLicence", text(resource(UPLOT + "LICENSE")),
                "data", data(ReportData.of(run)))));
  }

  /** Fills the slots of a template in one pass, so that no value can hold a slot. */
  static String fill(String template, Map<String, String> values) {
    Matcher matcher = SLOT.matcher(resource(template));
    StringBuilder page = new StringBuilder();
    while (matcher.find()) {
      String value = values.get(matcher.group(1));
      if (value == null) {
        throw new IllegalStateException(template + ": nothing fills " + matcher.group());
      }
      matcher.appendReplacement(page, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(page).toString();
  }

  /** JSON that cannot end the script element it stands in. */
  static String data(Object value) {
    return Json.line(value)
        .replace("<", "\\u003c")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029");
  }

  /** Text as HTML. */
  static String text(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  static String resource(String name) {
    try (InputStream stream = Report.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("the resource " + name + " is not in this build");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + name, e);
    }
  }
}
