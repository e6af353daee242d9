import Figures
import Foundation
import Laboratory

extension DendritesReproduction {
  /// Figs 5 to 7: curves of the laws.
  static func lawFigures() throws -> Part {
    let parts = [try figure5A(), try figure5B(), try figure6(), try figure7A(), try figure7B()]
    return Part(results: parts.flatMap(\.results), figures: parts.flatMap(\.figures))
  }

  private static func figure5A() throws -> Part {
    let sizes = Array(stride(from: 300, through: 19_900, by: 200))
    func law(_ n: Int, _ active: Int) throws -> TailProbability {
      try OverlapLaw(cells: n, active: active, synapses: 24).falseMatch(threshold: 12)
    }
    func curve(_ name: String, _ colour: Int, isDashed: Bool = false, _ active: (Int) -> Int) throws -> Mark {
      Mark(
        name,
        .line(
          x: sizes.map(Double.init), y: try sizes.map { try law($0, active($0)).log10 }, isDashed: isDashed),
        colour: colour)
    }
    let (quarter, half) = (try law(300, 75), try law(300, 150))
    let point = try law(4000, 128)
    return Part(
      results: [
        ClaimResult(
          claim(
            "fig5a", "Fig 5A", "False matches fall fast with n (n = 4000, a = 128, s = 24, threshold 12).",
            published: "1.34e-12", "Eq 4", 1.33e-12...1.35e-12),
          Measurement(point.value, text: point.text())),
        ClaimResult(
          claim(
            "fig5a-dense", "Fig 5A", "At 50 % activity false matches stay high (n = 300).",
            published: "0.005186", "Eq 4 with a = n/2", 0.0051...0.0053),
          Measurement(
            half.value, text: half.text(),
            note:
              "The published number is Eq 4 with a = n/4: \(quarter.text(digits: 9)). The conclusion holds, the label does not."
          )),
      ],
      figures: [
        Figure(
          id: "fig5a", title: "Fig 5A: false matches fall with the population",
          caption:
            "24 synapses, threshold 12. Dashed: a fixed share of cells is active. The paper's dashed curve, labelled 50 % activity, is that of a quarter.",
          x: Axis("cells in the population, n"), y: Axis("log10 probability of a false match"),
          marks: [
            try curve("a = 64", 0) { _ in 64 }, try curve("a = 128", 1) { _ in 128 },
            try curve("a = 256", 2) { _ in 256 },
            try curve("a = n/4 (published as 50 %)", 3, isDashed: true) { $0 / 4 },
            try curve("a = n/2 (the true 50 %)", 4, isDashed: true) { $0 / 2 },
          ])
      ])
  }

  private static func figure5B() throws -> Part {
    let curves = [
      (2000, 32, 6.597e-17), (4000, 32, 1.676e-20), (16_000, 512, 1.935e-12), (16_000, 4000, 7.159e-3),
    ]
    let sizes = Array(stride(from: 2, through: 30, by: 2))
    func law(_ n: Int, _ a: Int, _ s: Int) throws -> TailProbability {
      try OverlapLaw(cells: n, active: a, synapses: s).falseMatch(threshold: s / 2)
    }
    let at24 = try curves.map { try law($0.0, $0.1, 24) }
    let agreeing = zip(at24, curves).count { abs($0.value / $1.2 - 1) < 1e-3 }
    return Part(
      results: [
        ClaimResult(
          claim(
            "fig5b", "Fig 5B", "False matches fall with the synapses of a segment at θ = s/2 (s = 24).",
            published: curves.map { "\($0.2)" }.joined(separator: ", "), "Eq 4 on four curves", 4...4),
          Measurement(Double(agreeing), text: at24.map { $0.text(digits: 4) }.joined(separator: ", ")))
      ],
      figures: [
        Figure(
          id: "fig5b", title: "Fig 5B: false matches fall with the synapses of a segment",
          caption: "θ = s/2. Dashed: a quarter of the cells is active.",
          x: Axis("synapses, s"), y: Axis("log10 probability of a false match"),
          marks: try curves.enumerated().map { index, curve in
            Mark(
              "n = \(curve.0), a = \(curve.1)",
              .line(
                x: sizes.map(Double.init), y: try sizes.map { try law(curve.0, curve.1, $0).log10 },
                isDashed: curve.1 == 4000), colour: index)
          })
      ])
  }

  private static func figure6() throws -> Part {
    let (rows, script) = (try Sweep.figure6.rows(), try Sweep.figure6Script.rows())
    let first = rows.first { $0.median <= 1e-9 }!.threshold
    let nine = rows.first { $0.threshold == 9 }!
    func row(_ threshold: Int) -> Double { rows.first { $0.threshold == threshold }!.median }
    let printed = [3: 1.815695e-2, 8: 4.834e-8, 10: 7.400e-11, 12: 7.631e-14, 15: 1.0327e-18, 20: 4.112e-28]
    let agreeing = printed.count { abs(row($0.key) / $0.value - 1) < 2e-4 }
    func curve(_ rows: [Sweep.Row], _ name: String, _ colour: Int) -> Mark {
      Mark(name, .line(x: rows.map { Double($0.threshold) }, y: rows.map(\.median)), colour: colour)
    }
    return Part(
      results: [
        ClaimResult(
          claim(
            "fig6-medians", "Fig 6", "The median error over 420 sizes falls with the threshold.",
            published: "0.0182 at θ = 3 … 4.112e-28 at θ = 20", "six medians that agree to their digits",
            6...6),
          Measurement(
            Double(agreeing), text: String(format: "%.4g at θ = 3 … %.4g at θ = 20", row(3), row(20)))),
        ClaimResult(
          claim(
            "fig6", "Fig 6", "Thresholds from 9 on keep the median error at or below 1e-9.",
            published: "threshold 9", "medians over 420 sizes", 9...9),
          Measurement(
            Double(first), text: "threshold \(first)",
            note: String(format: "At threshold 9 the median is %.3g.", nine.median))),
      ],
      figures: [
        Figure(
          id: "fig6", title: "Fig 6: the median error against the threshold",
          caption:
            "Medians over 420 combinations of sizes (the published digits) and over the 210 of the current official script.",
          x: Axis("threshold"), y: Axis("median probability of a false match", scale: .log),
          marks: [curve(rows, "n = 10000 … 190000", 0), curve(script, "n = 1000 … 17000", 1)])
      ])
  }

  private static func figure7A() throws -> Part {
    let patterns = Array(1...30)
    let ten = try [20, 25, 30].map { try UnionLaw(cells: 1000, synapses: $0, patterns: 10).expectedSize }
    let agreeing = zip(ten, [182.927, 223.670, 262.576]).count { abs($0 - $1) < 5e-4 }
    return Part(
      results: [
        ClaimResult(
          claim(
            "fig7a", "Fig 7A",
            "A union of ten patterns of 20, 25 or 30 synapses takes a fifth of 1000 cells.",
            published: "182.927, 223.670, 262.576", "Eq 13", 3...3),
          Measurement(
            Double(agreeing), text: ten.map { String(format: "%.3f", $0) }.joined(separator: ", ")))
      ],
      figures: [
        Figure(
          id: "fig7a", title: "Fig 7A: the size of a union",
          caption:
            "n = 1000. Bands: two standard deviations by the exact law, which the paper does not give.",
          x: Axis("patterns in the union, M"), y: Axis("synapses"),
          marks: try [20, 25, 30].enumerated().map { index, synapses in
            let laws = try patterns.map { try UnionLaw(cells: 1000, synapses: synapses, patterns: $0) }
            let size = laws.map(\.expectedSize)
            let spread = laws.map { 2 * $0.sizeStandardDeviation }
            return Mark(
              "s = \(synapses)",
              .line(
                x: patterns.map(Double.init), y: size, low: zip(size, spread).map { $0 - $1 },
                high: zip(size, spread).map { $0 + $1 }), colour: index)
          })
      ])
  }

  private static func figure7B() throws -> Part {
    var marks: [Mark] = []
    var ten: [(plugIn: TailProbability, exact: TailProbability)] = []
    for (colour, cells) in [1000, 10_000, 20_000].enumerated() {
      let unions = try (1...30).map { try UnionLaw(cells: cells, synapses: 25, patterns: $0) }
      let exact = try unions.map { try $0.falseMatch(active: 200, threshold: 15) }
      let plugIn = try unions.map { try $0.plugInFalseMatch(active: 200, threshold: 15) }
      ten.append((plugIn[9], exact[9]))
      let x = unions.map { Double($0.patterns) }
      marks.append(Mark("n = \(cells), exact", .line(x: x, y: exact.map(\.log10)), colour: colour))
      marks.append(
        Mark("n = \(cells), plug-in", .line(x: x, y: plugIn.map(\.log10), isDashed: true), colour: colour))
    }
    let agreeing = zip(ten, [1.0, 1.2708e-4, 3.3224e-8]).count { abs($0.plugIn.value / $1 - 1) < 1e-4 }
    return Part(
      results: [
        ClaimResult(
          claim(
            "fig7b", "Fig 7B",
            "A segment can hold ten patterns in a large population (a = 200, s = 25, θ = 15).",
            published: "1.0, 1.2708e-4, 3.3224e-8", "Eq 14 for n = 1000, 10000, 20000", 3...3),
          Measurement(
            Double(agreeing), text: ten.map { $0.plugIn.text(digits: 5) }.joined(separator: ", "),
            note: "Exactly: \(ten.map { $0.exact.text(digits: 5) }.joined(separator: ", "))."))
      ],
      figures: [
        Figure(
          id: "fig7b", title: "Fig 7B: false matches of a union",
          caption:
            "25 synapses for each of M patterns, a = 200, threshold 15: the paper's plug-in and the exact law.",
          x: Axis("patterns in the union, M"), y: Axis("log10 probability of a false match"), marks: marks)
      ])
  }
}
