import Figures
import Foundation
import Laboratory
import Probability

extension TeacherExperiment {
  /// The paper's claims about who predicts a cortical neuron how well.
  func results(_ scores: [TrainedScore]) -> [ClaimResult] {
    func score(_ name: String) -> TrainedScore { scores.first { $0.name == name }! }
    func text(_ names: [String]) -> String {
      names.map { name in
        let s = score(name)
        let area = s.areaUnderCurve.map { String(format: "AUC %.4f, ", $0) } ?? ""
        return "\(name): \(area)" + String(format: "%.3f mV", s.rmse)
      }.joined(separator: " · ")
    }
    /// Whether the first is nearer to the voltage than all others, by two standard errors over the test recordings.
    func leads(_ first: String, _ others: [String]) -> Bool {
      others.allSatisfy { other in
        let gains = zip(score(other).recordings, score(first).recordings).map { $0 - $1 }
        return mean(gains) > 2 * standardDeviation(gains) / Double(gains.count).squareRoot()
      }
    }
    /// Whether the first tells spikes better than all others.
    func leadsInSpikes(_ first: String, _ others: [String]) -> Bool {
      others.allSatisfy { score(first).areaUnderCurve ?? 0 > score($0).areaUnderCurve ?? 0 }
    }
    let scope =
      "Simulated pyramidal cell, \(steps) batches of 8 windows of 500 ms, \(testRecordings) test recordings."
    let byVoltage = "judged by RMSE, a lead of two standard errors over the recordings"
    func claim(
      _ id: String, _ source: String, _ statement: String, _ published: String, _ holds: Bool,
      _ names: [String], rule: String = byVoltage
    ) -> ClaimResult {
      // Who is compared must have learned what spikes look like.
      let unlearned = names.filter { score($0).areaUnderCurve ?? 0 <= 0.5 }
      return ClaimResult(
        Claim(
          id: "elm.\(id)", source: source, statement: statement, published: published,
          method: "models trained alike on a simulated pyramidal cell, \(rule)"),
        unlearned.isEmpty
          ? Measurement(holds: holds, text: text(names), note: scope)
          : Measurement(
            undecided: text(names),
            note:
              "Too short to tell: the spikes of \(unlearned.joined(separator: ", ")) are not told from chance yet. "
              + scope))
    }
    let standard = Self.standard
    return [
      claim(
        "integrate-and-fire", "Figure 2",
        "A Branch-ELM predicts a cortical neuron better than integrate-and-fire neurons.",
        "AUC 0.9924, 0.638 mV against 0.9117, 2.29 (LIF) and 0.9115, 2.29 (ALIF)",
        leads(standard, ["LIF", "ALIF"]) && leadsInSpikes(standard, ["LIF", "ALIF"]),
        [standard, "LIF", "ALIF"], rule: byVoltage + ", and by AUC"),
      claim(
        "lstm", "Figure 2", "An LSTM with ten times the parameters is not better.",
        "Branch-ELM, 8.1K parameters, 0.638 mV; LSTM, 78K, 0.717 mV", leads(standard, [Self.lstm(15)]),
        [standard, Self.lstm(15)]),
      claim(
        "memory-units", "Figure 3", "Ten to twenty memory units are needed.",
        "RMSE 1.33, 0.81, 0.64 mV with 1, 5, 20",
        leads(standard, [Self.branch(5), Self.branch(1)]) && leads(Self.branch(5), [Self.branch(1)]),
        units.map(Self.branch)),
      claim(
        "depth", "Figure 3", "Without a hidden layer the neuron is much worse.", "no number in the text",
        score(Self.depth(0)).rmse > 1.2 * score(standard).rmse, depths.map(Self.depth) + [standard],
        rule: "judged by an RMSE larger by a fifth"),
      claim(
        "lambda", "Figure 3", "A larger λ helps.", "no number in the text",
        leads(standard, [Self.lambda(1)]), lambdas.map(Self.lambda) + [standard]),
      claim(
        "time-scales", "Figure 3", "Memory time scales up to at least 25 ms are needed.",
        "no number in the text", leads(Self.span(25), [Self.span(2)]), spans.map(Self.span) + [standard]),
    ]
  }

  /// RMSE and AUC against the number of parameters, the paper's main figure.
  func parameterFigure(_ scores: [TrainedScore]) -> Figure {
    let groups = [
      ("Branch-ELM", units.map(Self.branch)), ("LIF", ["LIF"]), ("ALIF", ["ALIF"]),
      ("LSTM", cells.map(Self.lstm)),
    ]
    func marks(_ value: (TrainedScore) -> Double?) -> [Mark] {
      groups.map { group, names in
        let points = scores.filter { names.contains($0.name) }.compactMap { score in
          value(score).map { (Double(score.parameters), $0) }
        }
        return Mark(group, .scatter(x: points.map(\.0), y: points.map(\.1)))
      }
    }
    return Figure(
      id: "elm-parameters", title: "Prediction against the number of parameters",
      caption:
        "The paper's figure 2 on a simulated pyramidal cell instead of NeuronIO, \(steps) batches each.",
      panels: [
        Panel(
          title: "Voltage", x: Axis("parameters", scale: .log), y: Axis("RMSE (mV)"), marks: marks { $0.rmse }
        ),
        Panel(
          title: "Spikes", x: Axis("parameters", scale: .log), y: Axis("area under the ROC curve"),
          marks: marks { $0.areaUnderCurve }),
      ])
  }

  /// RMSE against memory units, depth, λ and the longest time scale, the paper's ablations.
  func ablationFigure(_ scores: [TrainedScore]) -> Figure {
    func panel(_ title: String, _ x: Axis, _ points: [(Double, String)]) -> Panel {
      let known = points.sorted { $0.0 < $1.0 }.compactMap { place, name in
        scores.first { $0.name == name }.map { (place, $0.rmse) }
      }
      return Panel(
        title: title, x: x, y: Axis("RMSE (mV)"),
        marks: [Mark("Branch-ELM", .line(x: known.map(\.0), y: known.map(\.1)))])
    }
    let standard = Self.standard
    return Figure(
      id: "elm-ablations", title: "What the neuron needs",
      caption: "The paper's figure 3 on a simulated pyramidal cell; 20 memory units unless varied.",
      panels: [
        panel(
          "Memory units", Axis("memory units", scale: .log), units.map { (Double($0), Self.branch($0)) }),
        panel(
          "Depth", Axis("hidden layers"), depths.map { (Double($0), Self.depth($0)) } + [(1, standard)]),
        panel(
          "Input gain", Axis("λ", scale: .log), lambdas.map { ($0, Self.lambda($0)) } + [(5, standard)]),
        panel(
          "Time scales", Axis("longest memory time constant (ms)", scale: .log),
          spans.map { ($0, Self.span($0)) } + [(150, standard)]),
      ])
  }
}
