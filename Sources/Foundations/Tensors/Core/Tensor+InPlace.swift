import CTensors
import NeuralData

extension Tensor {
  /// Calls `body` with the numbers in row order where they are, without a copy.
  ///
  /// ```swift
  /// let positive = x.withNumbersInPlace(as: Float.self) { numbers in numbers.count { $0 > 0 } }
  /// ```
  ///
  /// - Parameter body: reads the numbers, which are there only until it returns.
  /// - Returns: what `body` returns; `nil`, without a call, where the numbers are of another type, on another device or
  ///   in another order.
  public func withNumbersInPlace<Element: NumericElement, Result>(
    as: Element.Type, _ body: (UnsafeBufferPointer<Element>) -> Result
  ) -> Result? {
    guard type == Element.numericType else { return nil }
    if count == 0 { return body(UnsafeBufferPointer(start: nil, count: 0)) }
    guard let start = LibTorch.present.pointee.contents(pointer) else { return nil }
    return withExtendedLifetime(self) {
      body(UnsafeBufferPointer(start: start.assumingMemoryBound(to: Element.self), count: count))
    }
  }
}
