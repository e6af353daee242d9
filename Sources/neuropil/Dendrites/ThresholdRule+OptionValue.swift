import ArgumentParsing
import Dendrites

extension ThresholdRule: OptionValue {
  /// Reads a whole number or `half`.
  public init?(argument: String) {
    if argument == "half" {
      self = .half
    } else if let value = Int(argument: argument) {
      self = .fixed(value)
    } else {
      return nil
    }
  }
  /// `T|half`
  public static var valueName: String { "T|half" }
  /// A number or `half`.
  public static var expectation: String { "a whole number, or 'half' for half of the synapses, rounded up" }
}
