private let selectOperator = Operator("select", "int")
private let sliceOperator = Operator("slice", "Tensor")
private let chooseOperator = Operator("index_select")
private let gatherOperator = Operator("gather")
private let indexOperator = Operator("index", "Tensor")
private let scatterOperator = Operator("scatter_add")
private let selectScatterOperator = Operator("select_scatter")
private let sliceScatterOperator = Operator("slice_scatter")
private let unfoldOperator = Operator("unfold")

/// What stands in a tensor's brackets for one dimension.
///
/// Whole numbers choose a place, from the end when negative; ranges choose several; `TensorSlice.all` keeps the
/// dimension, `TensorSlice.newAxis` puts one in.
public protocol TensorIndex {
  /// The choice.
  var slice: TensorSlice { get }
}

/// A choice along one dimension.
public enum TensorSlice: TensorIndex, Sendable, Hashable {
  /// One place; the dimension disappears.
  case at(Int)
  /// Places from `start` up to, not including, `end` (the end unless given), every `step`-th.
  case range(start: Int = 0, end: Int? = nil, step: Int = 1)
  /// A new dimension of length 1.
  case newAxis

  /// The whole dimension.
  public static let all = TensorSlice.range()
  /// Itself.
  public var slice: TensorSlice { self }
}

extension Int: TensorIndex {
  /// One place.
  public var slice: TensorSlice { .at(self) }
}
extension Range<Int>: TensorIndex {
  /// Several places.
  public var slice: TensorSlice { .range(start: lowerBound, end: upperBound) }
}
extension ClosedRange<Int>: TensorIndex {
  /// Several places.
  public var slice: TensorSlice { .range(start: lowerBound, end: upperBound == -1 ? nil : upperBound + 1) }
}
extension PartialRangeFrom<Int>: TensorIndex {
  /// All places from one on.
  public var slice: TensorSlice { .range(start: lowerBound) }
}
extension PartialRangeUpTo<Int>: TensorIndex {
  /// All places before one.
  public var slice: TensorSlice { .range(end: upperBound) }
}

extension Tensor {
  /// A part of the tensor, without copying.
  ///
  /// ```swift
  /// let first = try x[0]                          // [rows, columns] -> [columns]
  /// let corner = try x[..<2, 1...]                // the first two rows without their first column
  /// let column = try x[TensorSlice.all, -1]       // the last column
  /// ```
  public subscript(_ indices: any TensorIndex...) -> Tensor {
    get throws(TensorError) {
      var result = self
      var dimension = 0
      for index in indices {
        switch index.slice {
        case .at(let place):
          result = try selectOperator(.tensor(result), .integer(dimension), .integer(place))
        case .range(let start, let end, let step):
          if index.slice != .all {
            result = try sliceOperator(
              .tensor(result), .integer(dimension), .integer(start), end.map { .integer($0) } ?? .none,
              .integer(step))
          }
          dimension += 1
        case .newAxis:
          result = try result.unsqueezed(dimension)
          dimension += 1
        }
      }
      return result
    }
  }

  /// The tensor with one place or range along a dimension replaced.
  ///
  /// - Parameters:
  ///   - index: a place or a range.
  ///   - dimension: along which dimension.
  ///   - part: of the shape that reading the same part has.
  public func replacing(
    _ index: some TensorIndex, along dimension: Int = 0, with part: Tensor
  ) throws(TensorError) -> Tensor {
    switch index.slice {
    case .at(let place):
      return try selectScatterOperator(
        .tensor(self), .tensor(part), .integer(dimension), .integer(place))
    case .range(let start, let end, let step):
      return try sliceScatterOperator(
        .tensor(self), .tensor(part), .integer(dimension), .integer(start), end.map { .integer($0) } ?? .none,
        .integer(step))
    case .newAxis:
      throw TensorError(.operation, "replacing", "a new axis holds nothing to replace", operands: [signature])
    }
  }

  /// The parts at `places` (`int64`, one dimension) along a dimension, in that order.
  public func choosing(_ places: Tensor, along dimension: Int = 0) throws(TensorError) -> Tensor {
    try chooseOperator(.tensor(self), .integer(dimension), .tensor(places))
  }
  /// The element at `places` along a dimension for each element of `places`.
  public func gathering(_ places: Tensor, along dimension: Int) throws(TensorError) -> Tensor {
    try gatherOperator(.tensor(self), .integer(dimension), .tensor(places))
  }
  /// The elements where `mask` (`bool`, of this shape) is true, in row order.
  public func elements(where mask: Tensor) throws(TensorError) -> Tensor {
    try indexOperator(.tensor(self), .optionalTensors([mask]))
  }
  /// `source`'s elements added at `places` along a dimension.
  public func scatterAdding(
    _ source: Tensor, at places: Tensor, along dimension: Int
  ) throws(TensorError) -> Tensor {
    try scatterOperator(.tensor(self), .integer(dimension), .tensor(places), .tensor(source))
  }
  /// Windows of `size` along a dimension every `step` places, as a new last dimension.
  public func windows(of size: Int, every step: Int, along dimension: Int) throws(TensorError) -> Tensor {
    try unfoldOperator(.tensor(self), .integer(dimension), .integer(size), .integer(step))
  }
}
