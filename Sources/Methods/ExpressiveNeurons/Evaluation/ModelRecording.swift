import Figures
import NeuralData

/// What a model did on some sequences, for files, tables and figures.
public struct ModelRecording: Sendable {
  /// The sequences.
  public let inputs: [EventSequence]
  /// Outputs of each, `[time, output]`.
  public let outputs: [[Float]]
  /// Number of outputs; of two towers, latent numbers.
  public let width: Int
  /// Memory and branches of each, when they were asked for.
  public let states: [ELMTrace]?
  private let neuron: ELMNeuron?

  /// Runs a model on sequences from rest.
  ///
  /// - Parameter withState: whether memory and branches are kept, which expressive neurons alone have.
  /// - Throws: ``ExpressiveNeuronError`` when the sequences do not fit the model, or it has no such state.
  public init(_ model: SequenceModel, _ inputs: [EventSequence], withState: Bool) throws {
    self.inputs = inputs
    if withState {
      guard case .elm(let neuron) = model else {
        throw ExpressiveNeuronError.inconsistent(
          "memory and branches are kept of single expressive leaky memory neurons only; leave them out")
      }
      let states = try neuron.record(inputs)
      (self.states, self.neuron, outputs) = (states, neuron, states.map(\.outputs))
      width = neuron.configuration.outputs
    } else {
      (states, neuron, outputs) = (nil, nil, try model.outputs(inputs))
      if case .towers(let towers) = model {
        width = towers.encoder.configuration.outputs
      } else {
        width = model.outputs
      }
    }
  }

  /// `output` `[time, output]`, or `[batch, time, output]` of several sequences, and with the state `memory` and, of branches,
  /// `trace` of the same form.
  ///
  /// - Throws: ``ExpressiveNeuronError`` when several sequences differ in length.
  public func arrays(withState: Bool) throws(ExpressiveNeuronError) -> [String: NumericArray] {
    let steps = inputs.first?.steps ?? 0
    if let index = inputs.firstIndex(where: { $0.steps != steps }) {
      throw .badData(
        "sequence \(index) has \(inputs[index].steps) steps, but the first has \(steps); one array holds equally long ones only"
      )
    }
    func array(_ rows: [[Float]], _ width: Int) -> NumericArray {
      NumericArray(Array(rows.joined()), shape: (rows.count > 1 ? [rows.count] : []) + [steps, width])
    }
    var arrays = ["output": array(outputs, width)]
    if withState, let states, let c = neuron?.configuration {
      arrays["memory"] = array(states.map(\.memory), c.memoryUnits)
      if states.contains(where: { !$0.branches.isEmpty }) {
        arrays["trace"] = array(states.map(\.branches), c.traces)
      }
    }
    return arrays
  }

  /// One sequence as CSV: a row a step with its outputs and, where they were kept, memory and branches.
  ///
  /// - Throws: ``ExpressiveNeuronError`` when there are several.
  public func table() throws(ExpressiveNeuronError) -> String {
    guard inputs.count == 1 else {
      throw .badData("a table holds one sequence, but there are \(inputs.count); write an .npz instead")
    }
    var columns: [(name: String, values: [Float], width: Int)] = [("output", outputs[0], width)]
    if let state = states?[0], let c = neuron?.configuration {
      columns.append(("memory", state.memory, c.memoryUnits))
      if !state.branches.isEmpty { columns.append(("branch", state.branches, c.traces)) }
    }
    let head = columns.flatMap { column in (0..<column.width).map { "\(column.name) \($0)" } }
    var lines = [(["step"] + head).joined(separator: ",")]
    for step in 0..<inputs[0].steps {
      var row = ["\(step)"]
      for column in columns {
        row += column.values[(step * column.width)..<((step + 1) * column.width)].map { "\($0)" }
      }
      lines.append(row.joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The first sequence: its events, the branches, the memory and the outputs over time; 2000 steps at most.
  public var figure: Figure {
    let input = inputs[0]
    let steps = min(input.steps, 2000)
    let time = (0..<steps).map(Double.init)
    var events = [[Double]](repeating: [], count: min(input.channels, 400))
    for step in 0..<steps {
      for event in input.events(at: step) where input.channel[event] < events.count {
        events[Int(input.channel[event])].append(Double(step))
      }
    }
    func lines(_ name: String, _ values: [Float], _ width: Int) -> [Mark] {
      (0..<min(width, 12)).map { column in
        Mark(
          "\(name) \(column)",
          .line(x: time, y: (0..<steps).map { Double(values[$0 * width + column]) }))
      }
    }
    var panels = [
      Panel(title: "Events", x: Axis("step"), y: Axis("channel"), marks: [Mark("", .raster(times: events))])
    ]
    if let state = states?[0], let c = neuron?.configuration {
      if !state.branches.isEmpty {
        panels.append(
          Panel(
            title: "Branches", x: Axis("step"), y: Axis("trace"),
            marks: lines("branch", state.branches, c.traces)))
      }
      panels.append(
        Panel(
          title: "Memory", x: Axis("step"), y: Axis("memory"),
          marks: lines("unit", state.memory, c.memoryUnits)))
    }
    panels.append(
      Panel(title: "Outputs", x: Axis("step"), y: Axis("output"), marks: lines("output", outputs[0], width)))
    return Figure(
      id: "run", title: "Signals of the model",
      caption: "The first \(steps) of \(input.steps) steps; of many branches or units the first twelve.",
      panels: panels, columns: 1)
  }
}
