import Lanes

extension LaneBuffer {
  /// The numbers as checkpoints keep them, padding included.
  var numbers: [Double] {
    get { contents.map(Double.init) }
    set { contents = newValue.map(Float.init) }
  }
}
