private let maximum1 = Operator("max_pool1d")
private let maximum2 = Operator("max_pool2d")
private let maximum3 = Operator("max_pool3d")
private let mean1 = Operator("avg_pool1d")
private let mean2 = Operator("avg_pool2d")
private let mean3 = Operator("avg_pool3d")

/// Takes the largest or the mean of each window, over one to three dimensions of space.
public final class Pooling: Layer {
  /// What is taken of a window.
  public enum Kind: Sendable, Hashable {
    /// Its largest element.
    case largest
    /// Its mean.
    case mean
  }

  /// What is taken of a window.
  public let kind: Kind
  /// Length of the window in each dimension of space.
  public let window: [Int]
  /// Step of the window.
  public let stride: [Int]
  /// Elements on either side: zeros for the mean, nothing for the largest.
  public let padding: [Int]

  /// A layer; the stride is the window's length unless given.
  public init(_ kind: Kind, window: [Int], stride: Int? = nil, padding: Int = 0) {
    self.kind = kind
    self.window = window
    self.stride = stride.map { [Int](repeating: $0, count: window.count) } ?? window
    self.padding = [Int](repeating: padding, count: window.count)
  }

  /// `[batch, channels, …space]` to fewer places.
  public func forward(_ input: Tensor, in pass: Pass) throws(TensorError) -> Tensor {
    guard (1...3).contains(window.count) else {
      throw TensorError(
        .operation, "pooling", "the window \(window) has not one to three dimensions",
        operands: [input.signature])
    }
    let operation =
      switch kind {
      case .largest: [maximum1, maximum2, maximum3][window.count - 1]
      case .mean: [mean1, mean2, mean3][window.count - 1]
      }
    return try operation(.tensor(input), .integers(window), .integers(stride), .integers(padding))
  }

  /// The mean over all dimensions of space: `[batch, channels, …space]` to `[batch, channels]`.
  public static func global() -> Activation {
    Activation("mean over space") { input throws(TensorError) in
      let count = input.rank
      guard count > 2 else {
        throw TensorError(
          .operation, "mean over space", "there are no dimensions of space", operands: [input.signature])
      }
      return try input.flattened(from: 2).mean(along: -1)
    }
  }
}
