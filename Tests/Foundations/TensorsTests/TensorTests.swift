import NeuralData
import Probability
import Testing

@testable import Tensors

@Suite(.enabled(if: LibTorch.isAvailable, "LibTorch is not installed"))
struct TensorTests {
  @Test func arithmetic() throws {
    let x = try Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])
    #expect(try (x * 2 + 1).sum(along: 0).scalars(as: Float.self) == [10, 14])
    #expect(try (1 - x / 2).scalars(as: Float.self) == [0.5, 0, -0.5, -1])
    #expect(try (12 / x).scalars(as: Float.self) == [12, 6, 4, 3])
    #expect(try (-x).power(2).scalars(as: Float.self) == [1, 4, 9, 16])
    #expect(try x.adding(x, times: -0.5).scalars(as: Float.self) == [0.5, 1, 1.5, 2])
    #expect(try x.clamped(from: 2, to: 3).scalars(as: Float.self) == [2, 2, 3, 3])
  }

  @Test func broadcasting() throws {
    let a = try Tensor.ones([8, 1, 6])
    let b = try Tensor.ones([7, 1])
    #expect(try (a + b).shape == [8, 7, 6])
  }

  @Test func typesOfResults() throws {
    let whole = try Tensor([1, 2] as [Int64])
    #expect(try (whole + 1).type == .int64)
    #expect(try (whole * 0.5).type == .float32)
    #expect(try (whole / 2).scalars(as: Float.self) == [0.5, 1])
    #expect(try (whole + Tensor([1, 1] as [Double])).type == .float64)
    let half = try Tensor([1, 2] as [Float]).converted(to: .float16)
    #expect(try (half * 3).type == .float16)
  }

  @Test func slicing() throws {
    let x = try Tensor((0..<12).map(Float.init), shape: [3, 4])
    #expect(try x[1].scalars(as: Float.self) == [4, 5, 6, 7])
    #expect(try x[-1, 0].item() == 8)
    #expect(try x[TensorSlice.all, -1].scalars(as: Float.self) == [3, 7, 11])
    #expect(try x[..<2, 1...2].scalars(as: Float.self) == [1, 2, 5, 6])
    #expect(try x[1..., 3].scalars(as: Float.self) == [7, 11])
    #expect(try x[TensorSlice.newAxis, 0].shape == [1, 4])
    #expect(try x[TensorSlice.range(step: 2)].shape == [2, 4])
    let replaced = try x.replacing(0..<2, along: 1, with: Tensor.zeros([3, 2]))
    #expect(try replaced[0].scalars(as: Float.self) == [0, 0, 2, 3])
    #expect(try x[0].scalars(as: Float.self) == [0, 1, 2, 3])
    #expect(try x.choosing(Tensor([2, 0] as [Int64])).scalars(as: Float.self).prefix(1) == [8])
    #expect(try x.elements(where: x .> 9).scalars(as: Float.self) == [10, 11])
    #expect(
      try x.replacing(with: -x, where: (x .>= 1) .& (x .< 3))[0].scalars(as: Float.self) == [0, -1, -2, 3])
  }

  @Test func numbersInPlace() throws {
    let x = try Tensor((0..<6).map(Float.init), shape: [2, 3])
    #expect(x.withNumbersInPlace(as: Float.self) { Array($0) } == [0, 1, 2, 3, 4, 5])
    #expect(try x[1].withNumbersInPlace(as: Float.self) { Array($0) } == [3, 4, 5])
    #expect(try x.transposed(0, 1).withNumbersInPlace(as: Float.self) { Array($0) } == nil)
    #expect(x.withNumbersInPlace(as: Int32.self) { Array($0) } == nil)
    #expect(x.withNumbersInPlace(as: Float.self, in: .channelsLast) { Array($0) } == nil)
    let image = try x.reshaped([1, 3, 1, 2]).permuted(0, 3, 1, 2)
    #expect(image.withNumbersInPlace(as: Float.self) { Array($0) } == nil)
    #expect(image.withNumbersInPlace(as: Float.self, in: .channelsLast) { Array($0) } == [0, 1, 2, 3, 4, 5])
    #expect(try Tensor.zeros([0, 3]).withNumbersInPlace(as: Float.self) { $0.count } == 0)
  }

  @Test func filledParametersLeaveEarlierValues() throws {
    let parameter = try Parameter(Tensor([1, -2, .nan] as [Float]))
    let before = parameter.value
    try parameter.fill(0, where: Tensor([false, true, true]))
    #expect(try parameter.value.scalars(as: Float.self).map(\.bitPattern) == [Float(1).bitPattern, 0, 0])
    #expect(try before.scalars(as: Float.self).prefix(2) == [1, -2])
    #expect(parameter.value.isRecorded)
    #expect(throws: TensorError.self) { try parameter.fill(0, where: Tensor([true, false])) }
  }

  @Test func reductions() throws {
    let x = try Tensor([3, 1, 2, 3] as [Double], shape: [2, 2])
    #expect(try x.sum().item() == 9)
    #expect(try x.mean(along: 1).scalars(as: Double.self) == [2, 2.5])
    #expect(try x.largest().item() == 3)
    #expect(try x.smallest(along: 0).scalars(as: Double.self) == [2, 1])
    #expect(try x.placeOfLargest(along: 1).scalars(as: Int64.self) == [0, 1])
    #expect(try x.reshaped([-1]).sorted().places.scalars(as: Int64.self) == [1, 2, 0, 3])
    #expect(try x.norm().item() == 23.0.squareRoot())
    #expect(try (x .> 2).hasAny(along: 0).scalars(as: Bool.self) == [true, true])
    #expect(try x.cumulativeSum(along: 0).scalars(as: Double.self) == [3, 1, 5, 4])
  }

  @Test("arrays of every type come back as they were", arguments: NumericType.allCases)
  func roundTrip(_ type: NumericType) throws {
    let array = NumericArray(bytes: (0..<(6 * type.size)).map { UInt8($0 % 2) }, type: type, shape: [2, 3])!
    let tensor = try Tensor(array)
    #expect(tensor.type == type)
    #expect(tensor.shape == [2, 3])
    #expect(try tensor.numericArray() == array)
  }

  @Test func valuesStay() throws {
    // A parameter moved in place must not change a tensor that was read before, nor one that shares its numbers.
    let parameter = try Parameter(Tensor([1, 2] as [Float]))
    let before = parameter.value
    let part = try parameter.value[0]
    let optimiser = SGD([("p", parameter)], learningRate: 1)
    try optimiser.minimise(parameter.value.sum())
    #expect(try before.scalars(as: Float.self) == [1, 2])
    #expect(try part.item() == 1)
    #expect(try parameter.value.scalars(as: Float.self) == [0, 1])
  }

  @Test(
    "a step of every optimiser with gradients and values that are not side by side in memory",
    arguments: 0..<4)
  func stridesDoNotMatter(_ kind: Int) throws {
    func moved(_ isStrided: Bool) throws -> [Double] {
      let start = try Tensor((0..<6).map(Double.init), shape: [2, 3])
      let parameter = try Parameter(isStrided ? start.transposed() : start.transposed().cloned())
      let places = [("p", parameter)]
      let optimiser: any Optimiser =
        switch kind {
        case 0: SGD(places, learningRate: 0.5)
        case 1: SGD(places, learningRate: 0.5, momentum: 0.5)
        case 2: Adam(places, learningRate: 0.5)
        default: Adamax(places, learningRate: 0.5)
        }
      for _ in 0..<2 {
        let row = try Tensor([1, 2, 3] as [Double])
        let gradient = try row.unsqueezed(1).expanded([3, 2])
        try optimiser.step([isStrided ? gradient : gradient.cloned().reshaped([3, 2]) * 1])
      }
      return try parameter.value.scalars(as: Double.self)
    }
    let dense = try moved(false)
    #expect(try moved(true) == dense)
    #expect(Set(zip(dense, [0, 3, 1, 4, 2, 5]).map { $0 != $1 }) == [true])
  }

  @Test func movesInPlace() throws {
    let parameter = try Parameter(Tensor([1, 2] as [Float]))
    try parameter.makeUnique()
    let optimiser = SGD([("p", parameter)], learningRate: 1, momentum: 0.9)
    let place = ObjectIdentifier(parameter.value.handle)
    for _ in 0..<3 {
      let loss = try (parameter.value * parameter.value).sum()
      try optimiser.minimise(loss)
    }
    #expect(ObjectIdentifier(parameter.value.handle) == place)
  }

  @Test func chance() throws {
    var a = RandomStream(seed: 5, "x")
    var b = RandomStream(seed: 5, "x")
    let first = try Tensor.normal([1000], using: &a).scalars(as: Float.self)
    #expect(try first == Tensor.normal([1000], using: &b).scalars(as: Float.self))
    #expect(try first != Tensor.normal([1000], using: &b).scalars(as: Float.self))
    let order = try Tensor.permutation(50, using: &a).scalars(as: Int64.self)
    #expect(order.sorted() == (0..<50).map(Int64.init))
    let dropped = try Tensor.ones([10_000]).dropout(0.25, using: &a)
    let zeros = try (dropped .== 0).sum().item()
    #expect(abs(zeros - 2500) < 5 * (10_000 * 0.25 * 0.75).squareRoot())
    #expect(try dropped.largest().item() == Double(Float(1) / Float(0.75)))
  }

  @Test func reachesEveryOperator() throws {
    let triangle = try Operator("tril")(.tensor(Tensor.ones([2, 2])))
    #expect(try triangle.scalars(as: Float.self) == [1, 0, 1, 1])
  }
}
