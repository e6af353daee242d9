import Lanes
import Probability

/// LSTMs on sequences of events: an event adds its column of input weights to the gates' sums.
final class LSTMEngine: SequenceEngine, @unchecked Sendable {
  private let template: LSTM
  private let c: LSTM.Configuration
  /// Lanes of the cells, of all four gates and of the outputs.
  private let cells: Int
  private let gates: Int
  private let outs: Int
  let parameters: LaneBuffer
  private let recurrentTransposed: LaneBuffer
  private let readoutTransposed: LaneBuffer
  private let zeros: LaneBuffer
  var inputs: Int { c.inputs }
  var outputs: Int { c.outputs }
  private var recurrent: Int { c.inputs * gates }
  private var bias: Int { recurrent + c.hiddenSize * gates }
  private var readout: Int { bias + gates }
  private var readoutBias: Int { readout + c.hiddenSize * outs }

  init(_ lstm: LSTM) {
    template = lstm
    c = lstm.configuration
    cells = lanes(for: c.hiddenSize)
    gates = 4 * cells
    outs = lanes(for: c.outputs)
    parameters = LaneBuffer((c.inputs + c.hiddenSize + 1) * gates + (c.hiddenSize + 1) * outs)
    recurrentTransposed = LaneBuffer(gates * 16 * cells)
    readoutTransposed = LaneBuffer(c.outputs * cells)
    zeros = LaneBuffer(max(gates, outs))
    visit(template) { place, value in self.parameters.scalars[place] = value }
    refresh()
  }

  /// Calls `body` with the place of every number among the parameters, and the number.
  private func visit(_ lstm: LSTM, _ body: (Int, Float) -> Void) {
    let n = c.hiddenSize
    for gate in 0..<4 {
      for cell in 0..<n {
        let row = gate * n + cell
        let lane = gate * cells * 16 + cell
        for input in 0..<c.inputs {
          body(input * gates * 16 + lane, lstm.inputWeights[row * c.inputs + input])
        }
        for before in 0..<n {
          body((recurrent + before * gates) * 16 + lane, lstm.recurrentWeights[row * n + before])
        }
        body(bias * 16 + lane, lstm.biases[row])
      }
    }
    for output in 0..<c.outputs {
      for cell in 0..<n {
        body((readout + cell * outs) * 16 + output, lstm.readoutWeights[output * n + cell])
      }
      body(readoutBias * 16 + output, lstm.readoutBiases[output])
    }
  }

  /// A block of parameters, or their derivatives, as an LSTM's arrays.
  private func unpack(_ block: LaneBuffer) -> LSTM {
    var values: [Float] = []
    visit(template) { place, _ in values.append(block.scalars[place]) }
    var lstm = template
    var next = values.makeIterator()
    let n = c.hiddenSize
    for row in 0..<4 * n {
      for input in 0..<c.inputs { lstm.inputWeights[row * c.inputs + input] = next.next()! }
      for before in 0..<n { lstm.recurrentWeights[row * n + before] = next.next()! }
      lstm.biases[row] = next.next()!
    }
    for output in 0..<c.outputs {
      for cell in 0..<n { lstm.readoutWeights[output * n + cell] = next.next()! }
      lstm.readoutBiases[output] = next.next()!
    }
    return lstm
  }

  var model: SequenceModel { unpacked(parameters) }
  func unpacked(_ block: LaneBuffer) -> SequenceModel { .lstm(unpack(block)) }

  private final class Workspace: SequenceWorkspace {
    /// Gates' sums, then their values, `[step, sample, gate lane]`.
    let gates = GrowingBuffer()
    /// Cells and outputs of the cells, one row of samples more: the state at the start.
    let cells = GrowingBuffer()
    let hidden = GrowingBuffer()
    let gateErrors = GrowingBuffer()
    let hiddenErrors = GrowingBuffer()
    let scratch = GrowingBuffer()
    /// By what a cell's output is multiplied before the gates see it, `[sample, cell lane]`, and the products; used
    /// when some are left out.
    let kept = GrowingBuffer()
    let seen = GrowingBuffer()
    var leavesOut = false
    /// What the gates see of the cells' outputs.
    var visible: GrowingBuffer { leavesOut ? seen : hidden }

    /// Draws which outputs are left out in this pass.
    func draw(cells: Int, lanes: Int) {
      leavesOut = recurrentDropout != nil
      guard var dropout = recurrentDropout else { return }
      kept.reserveZeroed(tileSamples * lanes)
      for sample in dropout.streams.indices {
        for cell in 0..<cells where dropout.streams[sample].uniform() >= dropout.share {
          kept.scalars[sample * lanes * 16 + cell] = Float(1 / (1 - dropout.share))
        }
      }
    }
  }

  func makeWorkspace() -> SequenceWorkspace { Workspace() }

  func refresh() {
    transpose(
      parameters.scalars + recurrent * 16, rows: c.hiddenSize, columns: gates * 16, fromWidth: gates,
      to: recurrentTransposed.scalars, toWidth: cells)
    transpose(
      parameters.scalars + readout * 16, rows: c.hiddenSize, columns: c.outputs, fromWidth: outs,
      to: readoutTransposed.scalars, toWidth: cells)
  }

  func forward(_ sequences: [EventSequence], in workspace: SequenceWorkspace) {
    let ws = workspace as! Workspace
    ws.steps = sequences[0].steps
    let rows = ws.steps * tileSamples
    ws.gates.reserve(rows * gates)
    ws.cells.reserve((rows + tileSamples) * cells)
    ws.hidden.reserve((rows + tileSamples) * cells)
    ws.output.reserve(rows * outs)
    ws.cells.lanes.update(repeating: .zero, count: tileSamples * cells)
    ws.hidden.lanes.update(repeating: .zero, count: tileSamples * cells)
    ws.draw(cells: c.hiddenSize, lanes: cells)
    if ws.leavesOut { ws.seen.reserveZeroed((rows + tileSamples) * cells) }
    let sums = ws.gates.lanes
    for row in 0..<rows { (sums + row * gates).update(from: parameters.lanes + bias, count: gates) }
    for (sample, sequence) in sequences.enumerated() {
      sequence.withEvents { offsets, channel, values in
        for step in 0..<ws.steps {
          let row = sums + (step * tileSamples + sample) * gates
          for event in Int(offsets[step])..<Int(offsets[step + 1]) {
            let column = parameters.lanes + Int(channel[event]) * gates
            for lane in 0..<gates { row[lane] += column[lane] * values[event] }
          }
        }
      }
    }
    for step in 0..<ws.steps {
      let row = step * tileSamples
      multiply(
        start: sums + row * gates, startStride: gates, x: ws.visible.scalars + row * cells * 16,
        stride: cells * 16,
        count: c.hiddenSize, weights: parameters.lanes + recurrent, width: gates, out: sums + row * gates)
      for sample in 0..<tileSamples {
        let gate = sums + (row + sample) * gates
        let before = (row + sample) * cells
        let after = before + tileSamples * cells
        for lane in 0..<cells {
          let i = sigmoid(gate[lane])
          let f = sigmoid(gate[cells + lane])
          let g = 2 * sigmoid(2 * gate[2 * cells + lane]) - 1
          let o = sigmoid(gate[3 * cells + lane])
          let cell = f * ws.cells.lanes[before + lane] + i * g
          (gate[lane], gate[cells + lane], gate[2 * cells + lane], gate[3 * cells + lane]) = (i, f, g, o)
          ws.cells.lanes[after + lane] = cell
          let output = o * (2 * sigmoid(2 * cell) - 1)
          ws.hidden.lanes[after + lane] = output
          if ws.leavesOut {
            ws.seen.lanes[after + lane] = output * ws.kept.lanes[sample * cells + lane]
          }
        }
      }
    }
    for step in 0..<ws.steps {
      multiply(
        start: parameters.lanes + readoutBias, startStride: 0,
        x: ws.hidden.scalars + (step + 1) * tileSamples * cells * 16, stride: cells * 16, count: c.hiddenSize,
        weights: parameters.lanes + readout, width: outs, out: ws.output.lanes + step * tileSamples * outs)
    }
  }

  func backward(_ sequences: [EventSequence], in workspace: SequenceWorkspace, into gradient: LaneBuffer) {
    let ws = workspace as! Workspace
    let rows = ws.steps * tileSamples
    ws.gateErrors.reserve(rows * gates)
    ws.hiddenErrors.reserve(rows * cells)
    ws.scratch.reserveZeroed(3 * tileSamples * cells)
    for step in 0..<ws.steps {
      multiply(
        start: zeros.lanes, startStride: 0, x: ws.outputGradient.scalars + step * tileSamples * outs * 16,
        stride: outs * 16, count: c.outputs, weights: readoutTransposed.lanes, width: cells,
        out: ws.hiddenErrors.lanes + step * tileSamples * cells)
    }
    let carriedHidden = ws.scratch.lanes
    let carriedCell = carriedHidden + tileSamples * cells
    for step in stride(from: ws.steps - 1, through: 0, by: -1) {
      let row = step * tileSamples
      for sample in 0..<tileSamples {
        let gate = ws.gates.lanes + (row + sample) * gates
        let error = ws.gateErrors.lanes + (row + sample) * gates
        let before = (row + sample) * cells
        let after = before + tileSamples * cells
        for lane in 0..<cells {
          let place = sample * cells + lane
          let (i, f, g, o) = (gate[lane], gate[cells + lane], gate[2 * cells + lane], gate[3 * cells + lane])
          let squashed = 2 * sigmoid(2 * ws.cells.lanes[after + lane]) - 1
          let hidden = ws.hiddenErrors.lanes[before + lane] + carriedHidden[place]
          let cell = carriedCell[place] + hidden * o * (1 - squashed * squashed)
          error[lane] = cell * g * i * (1 - i)
          error[cells + lane] = cell * ws.cells.lanes[before + lane] * f * (1 - f)
          error[2 * cells + lane] = cell * i * (1 - g * g)
          error[3 * cells + lane] = hidden * squashed * o * (1 - o)
          carriedCell[place] = cell * f
        }
      }
      multiply(
        start: zeros.lanes, startStride: 0, x: ws.gateErrors.scalars + row * gates * 16, stride: gates * 16,
        count: gates * 16, weights: recurrentTransposed.lanes, width: cells, out: carriedHidden)
      if ws.leavesOut {
        for place in 0..<tileSamples * cells { carriedHidden[place] *= ws.kept.lanes[place] }
      }
    }
    let g = gradient.lanes
    accumulate(
      x: ws.hidden.scalars + tileSamples * cells * 16, stride: cells * 16, count: c.hiddenSize,
      errors: ws.outputGradient.lanes, width: outs, rows: rows, weights: g + readout)
    accumulateBias(ws.outputGradient.lanes, width: outs, rows: rows, bias: g + readoutBias)
    accumulate(
      x: ws.visible.scalars, stride: cells * 16, count: c.hiddenSize, errors: ws.gateErrors.lanes,
      width: gates,
      rows: rows, weights: g + recurrent)
    accumulateBias(ws.gateErrors.lanes, width: gates, rows: rows, bias: g + bias)
    for (sample, sequence) in sequences.enumerated() {
      sequence.withEvents { offsets, channel, values in
        for step in 0..<ws.steps {
          let error = ws.gateErrors.lanes + (step * tileSamples + sample) * gates
          for event in Int(offsets[step])..<Int(offsets[step + 1]) {
            let column = g + Int(channel[event]) * gates
            for lane in 0..<gates { column[lane] += error[lane] * values[event] }
          }
        }
      }
    }
  }

  func finish(gradient: LaneBuffer) {
    // Padded lanes of a gate see the others' sums of zero as one half and pass errors on to nothing but themselves.
    for row in 0..<(c.inputs + c.hiddenSize + 1) {
      for gate in 0..<4 {
        let last = gradient.scalars + (row * gates + gate * cells) * 16
        for lane in c.hiddenSize..<max(c.hiddenSize, cells * 16) { last[lane] = 0 }
      }
    }
  }

  func constrain() {}
}
