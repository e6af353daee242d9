/// Units of a network that can be removed by themselves: outputs of a layer that a rectifier passes to one other layer.
struct UnitGroup {
  /// Path of the convolution or linear layer whose outputs they are.
  let producer: String
  /// Path of the normalisation between it and the rectifier.
  let normalisation: String?
  /// Path of the rectifier.
  let rectifier: String
  /// Path of the layer that reads them.
  let consumer: String
  /// Path of the normalisation of that layer's outputs.
  var consumerNormalisation: String?
  /// Whether that layer has a bias.
  let consumerHasBias: Bool
  /// Places of a unit among the consumer's inputs, next to one another: more than 1 after flattening.
  let spread: Int
  /// Whether each unit is the same at every place of every image, before padding.
  let isConstant: [Bool]
  /// What the units can be where the consumer reads them, zeros of padding included.
  let bounds: ChannelBounds

  var count: Int { bounds.count }
  /// Whether the consumer can take over a constant.
  var takesConstants: Bool { consumerHasBias || consumerNormalisation != nil }
}
