import Foundation
import NeuralData

/// A page of text, tables and figures in one HTML file that needs no network.
public struct Report: Sendable {
  /// Part of a section.
  public enum Item: Sendable {
    /// Plain text.
    case paragraph(String)
    /// Rows of cells under a header; a cell that is one of the verdicts is shown as a badge.
    case table(header: [String], rows: [[String]])
    /// A figure.
    case figure(Figure)
  }

  /// A headed part of the page.
  public struct Section: Sendable {
    /// The heading.
    public var title: String
    /// What stands below it.
    public var items: [Item]

    /// A section.
    public init(_ title: String, _ items: [Item]) {
      self.title = title
      self.items = items
    }
  }

  /// The page's title.
  public var title: String
  /// A paragraph below it.
  public var introduction: String
  /// The parts.
  public var sections: [Section]

  /// A page.
  public init(title: String, introduction: String, sections: [Section]) {
    self.title = title
    self.introduction = introduction
    self.sections = sections
  }

  /// The page as HTML.
  ///
  /// When every figure is drawn, the root element's data attributes tell how many figures there are (`figures`), how
  /// many hold a drawn mark (`drawn`), and the errors of the page (`errors`).
  ///
  /// - Parameter script: Plotly's script, see ``PlotlyScript``.
  public func html(script: String) -> String {
    var figures: [Figure] = []
    let body = sections.map { section in
      let items = section.items.map { item -> String in
        switch item {
        case .paragraph(let text): return "<p>\(text.escaped)</p>"
        case .table(let header, let rows):
          let head = header.map { "<th>\($0.escaped)</th>" }.joined()
          let lines = rows.map { row in
            let cells = row.enumerated().map { place, text in
              Self.cell(text, under: place < header.count ? header[place] : "")
            }
            return "<tr>\(cells.joined())</tr>"
          }.joined(separator: "\n")
          return
            "<div class=\"wide\"><table><thead><tr>\(head)</tr></thead><tbody>\n\(lines)\n</tbody></table></div>"
        case .figure(let figure):
          figures.append(figure)
          return """
            <figure><h3>\(figure.title.escaped)</h3><div class="plot" id="figure-\(figure.id.escaped)"></div>
            <figcaption>\(figure.caption.escaped)</figcaption></figure>
            """
        }
      }
      return "<section><h2>\(section.title.escaped)</h2>\n\(items.joined(separator: "\n"))</section>"
    }.joined(separator: "\n")
    let data = figures.map { "[\(JSON.text("figure-" + $0.id).text),\($0.document.text)]" }.joined(
      separator: ",\n")
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(title.escaped)</title>
      <style>\(Self.style)</style></head>
      <body><button id="theme" type="button" aria-label="Light or dark">◐</button>
      <main><h1>\(title.escaped)</h1><p class="lead">\(introduction.escaped)</p>
      \(body)
      </main>
      <script>const pageErrors=[];addEventListener("error",e=>pageErrors.push(e.message));</script>
      <script>\(script)</script>
      <script>
      const documents=[\(data)];
      \(Self.behaviour)
      </script></body></html>
      """
  }

  /// A cell; on a narrow screen, where rows are shown as blocks, its column's heading stands before it.
  private static func cell(_ text: String, under heading: String) -> String {
    let label = text.isEmpty ? "" : " data-label=\"\(heading.escaped)\""
    return switch text {
    case "agrees", "differs", "needs data":
      "<td\(label)><span class=\"badge \(text.prefix(5))\">\(text)</span></td>"
    default: "<td\(label)>\(text.escaped)</td>"
    }
  }

  private static let style = """
    :root{--ink:#1b1f24;--soft:#59636e;--page:#fff;--line:#d8dee4;--card:#f6f8fa;color-scheme:light}
    :root.dark{--ink:#e6edf3;--soft:#9aa4af;--page:#0f1419;--line:#2b333c;--card:#171d24;color-scheme:dark}
    body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif}
    main{max-width:980px;margin:0 auto;padding:40px 24px 80px}h1{font-size:30px;line-height:1.2;margin:0 0 8px}
    h2{font-size:21px;margin:44px 0 10px;padding-bottom:6px;border-bottom:1px solid var(--line)}h3{font-size:16px;margin:0 0 6px}
    .lead,figcaption{color:var(--soft)}figure{margin:26px 0;padding:16px;border:1px solid var(--line);border-radius:8px}
    figcaption{font-size:14px}.wide{overflow-x:auto}table{border-collapse:collapse;font-size:14px;width:100%}
    th,td{text-align:left;vertical-align:top;padding:7px 10px;border-bottom:1px solid var(--line)}th{background:var(--card)}
    .badge{border-radius:10px;padding:1px 9px;white-space:nowrap;font-size:13px;color:#fff;background:#6b7280}
    .badge.agree{background:#00795a}.badge.diffe{background:#b34700}
    #theme{position:fixed;top:14px;right:14px;border:1px solid var(--line);background:var(--card);color:var(--ink);border-radius:8px;
    width:34px;height:34px;cursor:pointer;font-size:16px}@media(max-width:640px){main{padding:20px 12px 60px}h1{font-size:24px;padding-right:40px}figure{padding:10px 4px}
    figcaption,figure h3{padding:0 6px}thead{display:none}tr,td{display:block}tr{padding:8px 0;border-bottom:1px solid var(--line)}
    td{border:0;padding:2px 0 2px 96px;min-height:1.5em;position:relative;overflow-wrap:anywhere}td:not([data-label]){display:none}
    td::before{content:attr(data-label);position:absolute;left:0;width:88px;color:var(--soft)}}@media print{#theme{display:none}figure{break-inside:avoid}}
    """

  private static let behaviour = """
    const root=document.documentElement;
    function paint(){const dark=root.classList.contains("dark");return{paper_bgcolor:"rgba(0,0,0,0)",plot_bgcolor:"rgba(0,0,0,0)",
    font:{color:dark?"#e6edf3":"#1b1f24",size:13},grid:dark?"#2b333c":"#e3e8ed"};}
    function themed(layout){const p=paint();const out=Object.assign({},layout,{paper_bgcolor:p.paper_bgcolor,plot_bgcolor:p.plot_bgcolor,font:p.font,modebar:{bgcolor:"rgba(0,0,0,0)",color:"#8b949e",activecolor:p.font.color}});
    for(const key of Object.keys(out))if(/^[xy]axis/.test(key))out[key]=Object.assign({},out[key],{gridcolor:p.grid,linecolor:p.grid});return out;}
    if(matchMedia("(prefers-color-scheme: dark)").matches)root.classList.add("dark");
    const options={responsive:true,displaylogo:false,modeBarButtonsToRemove:["lasso2d","select2d"]};
    const drawing=documents.map(([id,d])=>Plotly.newPlot(id,d.data,themed(d.layout),options).catch(e=>pageErrors.push(String(e))));
    document.getElementById("theme").addEventListener("click",()=>{root.classList.toggle("dark");
    for(const [id,d] of documents)Plotly.react(id,d.data,themed(d.layout),options);});
    Promise.all(drawing).then(()=>{let drawn=0;for(const [id] of documents){const e=document.getElementById(id);
    if(e.querySelector(".trace path,.points path,.bars path,.hm image,.im image,.textpoint,.gl-container canvas"))drawn++;}
    root.dataset.figures=documents.length;root.dataset.drawn=drawn;root.dataset.errors=pageErrors.join("; ");});
    """
}

extension String {
  /// Text that may stand in HTML.
  var escaped: String {
    replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing(
      "\"", with: "&quot;")
  }
}

/// Plotly's script, which reports embed.
public enum PlotlyScript {
  /// The script is not where it is looked for.
  public struct Missing: ReportableError, Hashable {
    /// A file that is not there.
    public var blame: Blame { .missing }

    /// One line.
    public var description: String {
      "Plotly's script is missing: run 'make deps', or set NEUROPIL_PLOTLY to plotly.min.js"
    }
  }

  /// Finds and reads the script: `NEUROPIL_PLOTLY`, then `../share/neuropil/plotly.min.js` beside the program, then
  /// `.deps/plotly/plotly.min.js` above the program or the present folder.
  public static func find() throws -> String {
    var candidates: [String] = []
    if let path = ProcessInfo.processInfo.environment["NEUROPIL_PLOTLY"] { candidates.append(path) }
    let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent()
    candidates.append(program.appendingPathComponent("../share/neuropil/plotly.min.js").path)
    for start in [program, URL(fileURLWithPath: FileManager.default.currentDirectoryPath)] {
      var folder = start
      for _ in 0..<12 {
        candidates.append(folder.appendingPathComponent(".deps/plotly/plotly.min.js").path)
        folder.deleteLastPathComponent()
      }
    }
    for path in candidates {
      if let data = FileManager.default.contents(atPath: path) {
        return String(decoding: data, as: UTF8.self)
      }
    }
    throw Missing()
  }
}
