import Foundation
import Lanes
import Testing

@Suite struct LanesTests {
  @Test func exponentialIsWithinItsStatedError() {
    var worst = 0.0
    for step in stride(from: -87.0, through: 88.0, by: 0.001) {
      let x = Float(step)
      let exact = exp(Double(x))
      worst = max(worst, abs(Double(exponential(Lane(repeating: x))[7]) - exact) / exact)
    }
    #expect(worst < 3e-7)
  }

  @Test func exponentialTakesInputsIntoItsRange() {
    #expect(exponential(Lane(repeating: -1000)) == exponential(Lane(repeating: -87)))
    #expect(exponential(Lane(repeating: 1000)) == exponential(Lane(repeating: 88)))
  }

  @Test func totalIsTheSum() {
    var v = Lane.zero
    for place in 0..<16 { v[place] = Float(1 << place) }
    #expect(total(v) == 65_535)
  }

  @Test func buffersAreAlignedZeroedAndKeepTheirNumbers() {
    let buffer = LaneBuffer(lanes(for: 33))
    #expect(buffer.count == 3 && UInt(bitPattern: buffer.lanes) % 64 == 0)
    #expect(buffer.contents == [Float](repeating: 0, count: 48))
    buffer.contents = (0..<48).map(Float.init)
    let other = LaneBuffer(3)
    other.copy(from: buffer)
    other.add(buffer)
    #expect(other.scalars[47] == 94 && other.lanes[1][0] == 32)
    other.clear()
    #expect(other.contents.allSatisfy { $0 == 0 })
  }

  @Test func smallNumbersAreZeroOnlyInside() {
    let number = UnsafeMutablePointer<Float>.allocate(capacity: 1)
    defer { number.deallocate() }
    number.pointee = .leastNormalMagnitude
    flushingToZero { halve(number) }
    #expect(number.pointee == 0)
    number.pointee = .leastNormalMagnitude
    halve(number)
    #expect(number.pointee > 0)
  }

  @inline(never) private func halve(_ number: UnsafeMutablePointer<Float>) { number.pointee *= 0.5 }

  @Test func aPartSharesItsBlocksMemory() {
    var part: LaneBuffer
    do {
      let whole = LaneBuffer(4)
      part = LaneBuffer(whole, from: 1, count: 2)
      part.scalars[0] = 7
      #expect(whole.scalars[16] == 7)
    }
    // The block lives on with its part.
    #expect(part.count == 2 && part.contents[0] == 7)
  }
}
