import CTensors
import NeuralData

extension Tensor {
  /// In which order numbers lie in memory.
  public enum MemoryOrder: Sendable, Hashable {
    /// The last dimension runs fastest.
    case rows
    /// Of images `[image, channel, row, column]` the channel runs fastest, then the column and the row: the order in which
    /// convolutions are quickest on a processor.
    case channelsLast
  }

  /// Calls `body` with the numbers where they are, without a copy.
  ///
  /// ```swift
  /// let positive = x.withNumbersInPlace(as: Float.self) { numbers in numbers.count { $0 > 0 } }
  /// ```
  ///
  /// - Parameters:
  ///   - order: the order in which `body` expects them.
  ///   - body: reads the numbers, which are there only until it returns.
  /// - Returns: what `body` returns; `nil`, without a call, where the numbers are of another type, on another device or
  ///   in another order.
  public func withNumbersInPlace<Element: NumericElement, Result>(
    as: Element.Type, in order: MemoryOrder = .rows, _ body: (UnsafeBufferPointer<Element>) -> Result
  ) -> Result? {
    guard type == Element.numericType else { return nil }
    if count == 0 { return body(UnsafeBufferPointer(start: nil, count: 0)) }
    guard let start = LibTorch.present.pointee.contents(pointer, order == .channelsLast) else { return nil }
    return withExtendedLifetime(self) {
      body(UnsafeBufferPointer(start: start.assumingMemoryBound(to: Element.self), count: count))
    }
  }
}
