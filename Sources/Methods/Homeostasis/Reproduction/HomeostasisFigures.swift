import Figures
import NeuralData
import Probability

extension HomeostasisReproduction {
  static func figures(_ experiment: ShiftExperiment, _ plan: Plan, images: LabelledImages) -> [Figure] {
    let fast = plan.steady.first { $0.name == "50 swaps" } ?? plan.steady.last!
    let shown = images.subset(Array(0..<20))
    return [
      accuracyFigure(experiment, plan), advantageFigure(experiment, plan),
      rateFigure(experiment, fast, plan),
      Figure(
        id: "images", title: "The images",
        caption: "The first twenty training images of Fashion-MNIST and their classes before any swap.",
        x: Axis(""), y: Axis(""),
        marks: [
          Mark(
            "",
            .imageGrid(
              pixels: shown.pixels, rows: shown.rows, columns: shown.columns, perRow: 10,
              captions: shown.labels.map { "\($0)" }))
        ]),
    ]
  }

  private static func swaps(_ stream: Stream) -> Double { stream.rate.value(epoch: 0) }

  private static func accuracyFigure(_ experiment: ShiftExperiment, _ plan: Plan) -> Figure {
    let names = ["random", published, memory] + constants.map { Entry.constant($0).name }
    return Figure(
      id: "accuracy", title: "Accuracy against the rate of concept shift",
      caption: "\(plan.scope) Bands: lowest and highest seed. Dashed: constant learning rates.",
      x: Axis("swaps in an epoch, plus one", scale: .log), y: Axis("prequential accuracy"),
      marks: names.enumerated().map { index, name in
        let streams = plan.steady.filter { !experiment.accuracies(name, $0).contains(nil) }
        let values = streams.map { experiment.accuracies(name, $0).compactMap { $0 } }
        return Mark(
          name,
          .line(
            x: streams.map { swaps($0) + 1 }, y: values.map(mean), low: values.map { $0.min()! },
            high: values.map { $0.max()! }, isDashed: name.hasPrefix("constant")), colour: index)
      })
  }

  private static func advantageFigure(_ experiment: ShiftExperiment, _ plan: Plan) -> Figure {
    let streams = plan.steady + [plan.seasons]
    func bars(_ name: String, _ values: [(name: String, value: PairedComparison)]) -> Mark {
      Mark(
        name,
        .bar(
          names: values.map(\.name), values: values.map(\.value.difference), low: values.map(\.value.low),
          high: values.map(\.value.high)))
    }
    func against(_ learner: String, _ streams: [Stream]) -> [(name: String, value: PairedComparison)] {
      streams.compactMap { stream in
        (try? experiment.comparison(learner, with: constant, stream)).flatMap { $0 }.map { (stream.name, $0) }
      }
    }
    let best = streams.compactMap { stream in
      (try? experiment.comparison(memory, withBestOf: constants, stream)).flatMap { $0 }.map {
        (name: stream.name, value: $0.comparison)
      }
    }
    return Figure(
      id: "advantage", title: "What regulation gains, stream by stream",
      caption:
        "Paired differences in accuracy with 95 % bootstrap intervals. Right: against the constant rate that is best on the other seeds.",
      panels: [
        Panel(
          title: "against the same first rate, kept", x: Axis(""), y: Axis("difference in accuracy"),
          marks: [
            bars(memory, against(memory, streams + plan.kinds)), bars(published, against(published, streams)),
          ]),
        Panel(
          title: "against the best constant rate", x: Axis(""), y: Axis("difference in accuracy"),
          marks: [bars(memory, best)]),
      ])
  }

  private static func rateFigure(_ experiment: ShiftExperiment, _ fast: Stream, _ plan: Plan) -> Figure {
    func marks(_ stream: Stream, _ names: [String]) -> [Mark] {
      names.enumerated().compactMap { index, name in
        experiment.outcome(name, stream.name, seed: experiment.seeds[0]).map { outcome in
          Mark(
            name,
            .line(
              x: outcome.rates.indices.map { Double($0 * outcome.rateStride * 10) },
              y: outcome.rates.map { max($0, 1e-8) }), colour: index)
        }
      }
    }
    return Figure(
      id: "rates", title: "Learning rates of one run",
      caption: "Seed \(experiment.seeds[0]). A rate below zero is replaced by 1e-8.",
      panels: [
        Panel(
          title: fast.name, x: Axis("samples"), y: Axis("learning rate", scale: .log),
          marks: marks(fast, ["random", published, memory])),
        Panel(
          title: "seasons: epochs without swaps and with many", x: Axis("samples"),
          y: Axis("learning rate", scale: .log), marks: marks(plan.seasons, [published, memory])),
      ])
  }
}
