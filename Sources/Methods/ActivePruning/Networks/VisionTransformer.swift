import Probability
import Tensors

/// Attention and two linear layers, each with a way around (Dosovitskiy et al. 2021).
public final class EncoderBlock: Layer {
  let ln1: LayerNormalisation
  let attention: Attention
  let ln2: LayerNormalisation
  let first: Linear
  let gelu = Activation.gelu()
  let second: Linear

  init(size: Int, heads: Int, inner: Int, using stream: inout RandomStream) throws(TensorError) {
    ln1 = try LayerNormalisation([size], epsilon: 1e-6)
    attention = try Attention(size: size, heads: heads, using: &stream)
    ln2 = try LayerNormalisation([size], epsilon: 1e-6)
    first = try Linear(size, inner, initialisation: .uniformByBoth, using: &stream)
    second = try Linear(inner, size, initialisation: .uniformByBoth, using: &stream)
  }

  /// torchvision's names.
  public var storedNames: [String: String] {
    [
      "ln1": "ln_1", "attention": "self_attention", "ln2": "ln_2", "first": "mlp.0", "second": "mlp.3",
      "gelu": "mlp.1",
    ]
  }

  /// `[image, place, size]` to the same shape.
  public func forward(_ input: Tensor, in pass: Pass) throws(TensorError) -> Tensor {
    let middle = try attention(ln1(input, in: pass), in: pass) + input
    return try second(gelu(first(ln2(middle, in: pass), in: pass), in: pass), in: pass) + middle
  }
}

/// A transformer on patches of an image (Dosovitskiy et al. 2021).
public final class VisionTransformer: Layer {
  let patches: Convolution
  let classToken: Parameter
  let positions: Parameter
  let layers: [EncoderBlock]
  let norm: LayerNormalisation
  let head: Linear

  /// A network with drawn weights; as it stands ViT-B/16, 86,567,656 parameters.
  public init(
    side: Int = 224, patch: Int = 16, size: Int = 768, heads: Int = 12, layers count: Int = 12,
    inner: Int = 3072, channels: Int = 3, classes: Int = 1000, using stream: inout RandomStream
  ) throws(TensorError) {
    guard patch >= 1, side >= patch, side % patch == 0 else {
      throw TensorError(
        .operation, "vision transformer", "patches of \(patch) pixels do not fill images of \(side)")
    }
    guard count >= 1 else {
      throw TensorError(.operation, "vision transformer", "\(count) layers; expected at least 1")
    }
    patches = try Convolution(channels, size, window: [patch, patch], stride: patch, using: &stream)
    classToken = try Parameter(Tensor.zeros([1, 1, size]))
    let places = (side / patch) * (side / patch) + 1
    positions = try Parameter(
      Initialisation.normal(deviation: 0.02).draw([1, places, size], using: &stream))
    var layers: [EncoderBlock] = []
    for _ in 0..<count {
      layers.append(try EncoderBlock(size: size, heads: heads, inner: inner, using: &stream))
    }
    self.layers = layers
    norm = try LayerNormalisation([size], epsilon: 1e-6)
    head = try Linear(size, classes, using: &stream)
  }

  /// torchvision's names.
  public var parts: [(name: String, part: AnyObject)] {
    [("class_token", classToken), ("conv_proj", patches), ("encoder.pos_embedding", positions)]
      + layers.enumerated().map { ("encoder.layers.encoder_layer_\($0.offset)", $0.element) }
      + [("encoder.ln", norm), ("heads.head", head)]
  }

  /// `[image, channel, side, side]` to `[image, class]`
  public func forward(_ input: Tensor, in pass: Pass) throws(TensorError) -> Tensor {
    let embedded = try patches(input, in: pass).flattened(from: 2).transposed(1, 2)
    let shape = embedded.shape
    var value =
      try Tensor.concatenated([classToken.value.expanded([shape[0], 1, shape[2]]), embedded], along: 1)
      + positions.value
    for layer in layers { value = try layer(value, in: pass) }
    return try head(norm(value, in: pass)[TensorSlice.all, 0], in: pass)
  }
}
