import Parallel
import Testing

@Suite struct ParallelMapTests {
  private struct Failure: Error, Equatable { var index: Int }

  @Test(arguments: [1, 2, 3, 16])
  func keepsTheOrder(threads: Int) {
    for count in [0, 1, 2, 1000] {
      #expect(parallelMap(count: count, threads: threads) { $0 * $0 } == (0..<count).map { $0 * $0 })
    }
  }

  @Test(arguments: [1, 4])
  func throwsTheErrorAndStops(threads: Int) {
    let error = #expect(throws: Failure.self) {
      _ = try parallelMap(count: 100_000, threads: threads) { index in
        if index == 10 { throw Failure(index: index) }
        return index
      }
    }
    #expect(error == Failure(index: 10))
  }

  @Test func theMachineHasAProcessor() { #expect(availableThreads >= 1) }
}
