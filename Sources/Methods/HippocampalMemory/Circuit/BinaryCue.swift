import Spiking

/// Cues as binary numbers: cue i travels as i + 1, so that every cue has a spike; the least significant bit first.
enum BinaryCue {
  /// Lines that the cues need.
  static func bits(for cues: Int) -> Int { Int.bitWidth - cues.leadingZeroBitCount }

  /// The lines of a cue.
  static func lines(of cue: Int) -> [Int] { (0..<Int.bitWidth).filter { (cue + 1) >> $0 & 1 == 1 } }

  /// The cue of lines; `nil` for none.
  static func cue(of lines: [Int]) -> Int? {
    lines.isEmpty ? nil : lines.reduce(0) { $0 | 1 << $1 } - 1
  }

  /// Dentate gyrus: cell i is driven by the ones of its code, together as strongly as `drive`, and inhibited by
  /// each of its zeros.
  static func decoder(cues: Int, drive: Double, ones: Bool, delay: Int) -> [Synapse] {
    (0..<cues).flatMap { cue -> [Synapse] in
      let lines = lines(of: cue)
      return (0..<bits(for: cues)).filter { lines.contains($0) == ones }.map {
        Synapse(source: $0, target: cue, weight: ones ? drive / Double(lines.count) : drive, delay: delay)
      }
    }
  }

  /// CA1: each cue drives the ones of its code.
  static func encoder(cues: Int, weight: Double) -> [Synapse] {
    (0..<cues).flatMap { cue in lines(of: cue).map { Synapse(source: cue, target: $0, weight: weight) } }
  }
}
