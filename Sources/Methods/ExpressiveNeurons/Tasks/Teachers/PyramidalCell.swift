import Foundation

/// A pyramidal cell reduced to a soma with basal synapses and a dendrite with apical synapses, whose NMDA receptors make
/// dendritic excitation supralinear.
///
/// For compartment k with the other one o, voltages in mV, conductances in nS, capacitances in pF, time in ms:
/// ```
/// C_k dV_k/dt = g_L (E_L − V_k) + g_c (V_o − V_k) + (a_k + n_k B(V_k)) (E_exc − V_k) + i_k (E_inh − V_k)
/// B(V) = 1 / (1 + [Mg]/3.57 mM · e^(−0.062 V))                       (Jahr and Stevens 1990)
/// a, n, i: g_max (e^(−t/τ_decay) − e^(−t/τ_rise)) / peak for each event, added up
/// ```
/// Time constants of the synapses in ms are those of NeuronIO's cell: AMPA 0.3 and 3, NMDA 2 and 70, GABA_A 0.2 and 8.
/// When the soma reaches the threshold the cell spikes: the soma is held at the reset for the refractory period, while the
/// dendrite goes on. Conductances are exact; voltages take Runge-Kutta steps of fourth order of 0.05 ms, ending at
/// threshold crossings.
///
/// Channels are those of ``SynapticInput``: the first half excites, basal segments first; the second half inhibits.
public struct PyramidalCell: Teacher, Hashable, Codable {
  /// Segments on the soma.
  public var basalSegments: Int
  /// Segments on the dendrite.
  public var apicalSegments: Int
  /// Capacitance of each compartment in pF.
  public var capacitance = 200.0
  /// Leak of each compartment in nS.
  public var leak = 10.0
  /// Coupling of the compartments in nS.
  public var coupling = 15.0
  /// Resting voltage in mV.
  public var restingVoltage = -76.0
  /// Reversal potential of excitation in mV.
  public var excitatoryReversal = 0.0
  /// Reversal potential of inhibition in mV.
  public var inhibitoryReversal = -80.0
  /// Peak conductance of an AMPA event in nS.
  public var ampaConductance = 0.15
  /// Peak conductance of an NMDA event without magnesium block in nS.
  public var nmdaConductance = 0.15
  /// Peak conductance of a GABA_A event in nS.
  public var gabaConductance = 0.4
  /// Magnesium concentration in mM.
  public var magnesium = 1.0
  /// Threshold of the soma in mV.
  public var threshold = -50.0
  /// Voltage of the soma after a spike in mV.
  public var resetVoltage = -65.0
  /// Refractory period in ms.
  public var refractoryPeriod = 2.0

  /// A cell.
  public init(basalSegments: Int = 262, apicalSegments: Int = 377) {
    (self.basalSegments, self.apicalSegments) = (basalSegments, apicalSegments)
  }

  /// An excitatory and an inhibitory synapse on each segment.
  public var channels: Int { 2 * (basalSegments + apicalSegments) }

  /// Throws unless the parameters make a cell.
  public func validate() throws(ExpressiveNeuronError) {
    try require("the number of basal segments", basalSegments, in: 0...1_000_000)
    try require("the number of apical segments", apicalSegments, in: 0...1_000_000)
    try require("the number of segments", basalSegments + apicalSegments, in: 1...2_000_000)
    try requirePositive("the capacitance", capacitance)
    try requirePositive("the leak", leak)
    for (name, value) in [
      ("the coupling", coupling), ("the AMPA conductance", ampaConductance),
      ("the NMDA conductance", nmdaConductance), ("the GABA conductance", gabaConductance),
      ("the magnesium concentration", magnesium), ("the refractory period", refractoryPeriod),
    ] { try require(name, value, in: 0...1e6) }
    guard resetVoltage < threshold, restingVoltage < threshold else {
      throw .inconsistent(
        "rest (\(restingVoltage) mV) and reset (\(resetVoltage) mV) must lie below the threshold (\(threshold) mV)"
      )
    }
  }

  /// Simulates the cell from rest.
  public func respond(to input: EventSequence) throws(ExpressiveNeuronError) -> TeacherResponse {
    try simulate(input).response
  }

  /// Voltages of both compartments at the end of each step, and the spikes.
  package func simulate(_ input: EventSequence) throws(ExpressiveNeuronError) -> (
    response: TeacherResponse, dendrite: [Double]
  ) {
    try validate()
    guard input.channels == channels else {
      throw .badData("the input has \(input.channels) channels, but the cell has \(channels) synapses")
    }
    let segments = basalSegments + apicalSegments
    var state = State(cell: self)
    var response = TeacherResponse(spikeTimes: [], voltage: [])
    var dendrite: [Double] = []
    for step in 0..<input.steps {
      for event in input.events(at: step) {
        let (channel, value) = (Int(input.channel[event]), Double(input.values[event]))
        let inhibits = channel >= segments
        guard inhibits ? value <= 0 : value >= 0 else {
          throw .badData(
            "step \(step): channel \(channel) \(inhibits ? "inhibits" : "excites"), but its event has value \(value)"
          )
        }
        state.receive(
          abs(value), isApical: (inhibits ? channel - segments : channel) >= basalSegments, inhibits: inhibits
        )
      }
      for part in 0..<State.parts {
        state.advancePart { response.spikeTimes.append(Double(step) + Double(part) * State.span + $0) }
      }
      response.voltage.append(state.voltage.x)
      dendrite.append(state.voltage.y)
    }
    return (response, dendrite)
  }

  /// Lane 0 is the soma, lane 1 the dendrite.
  struct State {
    static let parts = 20
    static let span = 0.05

    /// Conductances that rise and decay, in nS without the peak's factor.
    struct Synapse {
      let rise: Double
      let decay: Double
      let scale: Double
      var rising = SIMD2<Double>()
      var decaying = SIMD2<Double>()
      // Factors of half a part, which nearly every step uses.
      let halfRise: Double
      let halfDecay: Double

      init(rise: Double, decay: Double, peak: Double) {
        (self.rise, self.decay) = (rise, decay)
        let top = rise * decay / (decay - rise) * log(decay / rise)
        scale = peak / (exp(-top / decay) - exp(-top / rise))
        halfRise = exp(-State.span / 2 / rise)
        halfDecay = exp(-State.span / 2 / decay)
      }
      var conductance: SIMD2<Double> { scale * (decaying - rising) }
      func after(_ span: Double) -> Synapse {
        var later = self
        let half = span == State.span / 2
        later.rising *= half ? halfRise : exp(-span / rise)
        later.decaying *= half ? halfDecay : exp(-span / decay)
        return later
      }
      mutating func receive(_ value: Double, lane: Int) {
        rising[lane] += value
        decaying[lane] += value
      }
    }

    /// Conductances at one time.
    struct Drive {
      var ampa: SIMD2<Double>
      var nmda: SIMD2<Double>
      var gaba: SIMD2<Double>
    }

    let cell: PyramidalCell
    var voltage: SIMD2<Double>
    var ampa: Synapse
    var nmda: Synapse
    var gaba: Synapse
    var refractory = 0.0

    init(cell: PyramidalCell) {
      self.cell = cell
      voltage = SIMD2(repeating: cell.restingVoltage)
      ampa = Synapse(rise: 0.3, decay: 3, peak: cell.ampaConductance)
      nmda = Synapse(rise: 2, decay: 70, peak: cell.nmdaConductance)
      gaba = Synapse(rise: 0.2, decay: 8, peak: cell.gabaConductance)
    }

    mutating func receive(_ value: Double, isApical: Bool, inhibits: Bool) {
      let lane = isApical ? 1 : 0
      if inhibits { return gaba.receive(value, lane: lane) }
      ampa.receive(value, lane: lane)
      nmda.receive(value, lane: lane)
    }

    private var drive: Drive {
      Drive(ampa: ampa.conductance, nmda: nmda.conductance, gaba: gaba.conductance)
    }
    private mutating func decay(_ span: Double) {
      ampa = ampa.after(span)
      nmda = nmda.after(span)
      gaba = gaba.after(span)
    }

    /// dV/dt in mV/ms.
    private func slope(_ v: SIMD2<Double>, _ drive: Drive) -> SIMD2<Double> {
      let block = SIMD2(exp(-0.062 * v.x), exp(-0.062 * v.y))
      let unblocked = 1 / (1 + cell.magnesium / 3.57 * block)
      let leak = cell.leak * (cell.restingVoltage - v)
      let coupling = cell.coupling * (SIMD2(v.y, v.x) - v)
      let excitation = (drive.ampa + drive.nmda * unblocked) * (cell.excitatoryReversal - v)
      let inhibition = drive.gaba * (cell.inhibitoryReversal - v)
      return (leak + coupling + excitation + inhibition) / cell.capacitance
    }

    /// The state after one Runge-Kutta step; the soma stays where it is when held.
    private func stepped(_ span: Double, held: Bool) -> State {
      var half = self
      half.decay(span / 2)
      var end = half
      end.decay(span / 2)
      let moves = SIMD2(held ? 0.0 : 1, 1)
      let (d0, d1, d2) = (drive, half.drive, end.drive)
      let k1 = moves * slope(voltage, d0)
      let k2 = moves * slope(voltage + span / 2 * k1, d1)
      let k3 = moves * slope(voltage + span / 2 * k2, d1)
      let k4 = moves * slope(voltage + span * k3, d2)
      end.voltage = voltage + span / 6 * (k1 + 2 * (k2 + k3) + k4)
      return end
    }

    /// Advances by ``span``; `spiked` gets the time of each spike from the part's beginning.
    mutating func advancePart(_ spiked: (Double) -> Void) {
      var elapsed = 0.0
      while elapsed < Self.span {
        let rest = Self.span - elapsed
        if refractory > 0 {
          let span = min(refractory, rest)
          let left = refractory - span
          self = stepped(span, held: true)
          refractory = left < 1e-12 ? 0 : left
          elapsed = span == rest ? Self.span : elapsed + span
          continue
        }
        let end = stepped(rest, held: false)
        guard end.voltage.x >= cell.threshold else {
          self = end
          return
        }
        var (low, high) = (0.0, rest)
        while high - low > 1e-10 {
          let middle = 0.5 * (low + high)
          if stepped(middle, held: false).voltage.x >= cell.threshold { high = middle } else { low = middle }
        }
        self = stepped(high, held: false)
        voltage.x = cell.resetVoltage
        refractory = cell.refractoryPeriod
        elapsed = high == rest ? Self.span : elapsed + high
        spiked(elapsed)
      }
    }
  }
}
