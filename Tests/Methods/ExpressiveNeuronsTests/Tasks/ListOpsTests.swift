import ExpressiveNeurons
import Testing

@Suite struct ListOpsTests {
  /// A second evaluator, recursive on the words, written apart from the package's.
  private func value(_ words: inout ArraySlice<Substring>) -> Int {
    let word = words.removeFirst()
    if let digit = Int(word) { return digit }
    var arguments: [Int] = []
    while words.first != "]" { arguments.append(value(&words)) }
    words.removeFirst()
    switch word {
    case "[MIN": return arguments.reduce(9) { min($0, $1) }
    case "[MAX": return arguments.reduce(0) { max($0, $1) }
    case "[SM": return arguments.reduce(0) { ($0 + $1) % 10 }
    default:
      // Median by rank: half the sum of the lower and the upper one.
      let lower = (0...9).first { v in 2 * arguments.count { $0 <= v } >= arguments.count }!
      let upper = (0...9).last { v in 2 * arguments.count { $0 >= v } >= arguments.count }!
      return (lower + upper) / 2
    }
  }

  @Test func valuesAgreeWithASecondEvaluator() throws {
    let task = ListOpsTask(
      law: .init(lengths: 1...300, depth: 6), sizes: .init(training: 2000, validation: 1, test: 1), seed: 3)
    var seen = Set<Int>()
    for expression in try task.expressions(threads: 2) {
      var words = expression.text.split(separator: " ")[...]
      #expect(value(&words) == expression.value)
      #expect(words.isEmpty)
      #expect(ListOpsExpression(expression.text) == expression)
      seen.insert(expression.value)
    }
    #expect(seen.count == 10)
  }

  @Test func readsThePublishedNotation() throws {
    let example = try #require(ListOpsExpression("( ( ( [MAX 2 ) ( ( ( [MED 3 ) 8 ) ] ) ) ] )"))
    #expect(example.text == "[MAX 2 [MED 3 8 ] ]")
    #expect(example.tokens == [11, 2, 12, 3, 8, 14, 14])
    #expect(example.value == 5)
    #expect(ListOpsExpression("[SM 7 8 9 ]")?.value == 4)
    for broken in ["", "[MAX 2", "2 3", "[MAX ]", "]", "[MAX 2 ] ]", "[AVG 2 ]", "11", "[MIN 1 ] 2"] {
      #expect(ListOpsExpression(broken) == nil, "\(broken)")
    }
  }

  @Test func treesFollowThePublishedLaw() throws {
    // Without a bound on the length the law is that of the tree itself. Of independent draws with depth 3, none rejected:
    // the root is a digit with chance 3/4.
    let law = ListOpsExpression.Law(lengths: 2...200, depth: 3, mostArguments: 10)
    let task = ListOpsTask(law: law, sizes: .init(training: 6000, validation: 1, test: 1), seed: 8)
    var arguments = [Int](repeating: 0, count: 11)
    var operations = [Int](repeating: 0, count: 4)
    var digits = [Int](repeating: 0, count: 10)
    var operationsAtLevel2 = 0
    var nodesAtLevel2 = 0
    for expression in try task.expressions(threads: 2) {
      var counts: [Int] = []
      for token in expression.tokens {
        if token == ListOpsExpression.close {
          let count = counts.removeLast()
          // Of all operations, the roots are unbiased but for the bound of 200, which cuts none of depth 3.
          if counts.isEmpty { arguments[count] += 1 }
          continue
        }
        if !counts.isEmpty { counts[counts.count - 1] += 1 }
        if counts.count == 1 {
          nodesAtLevel2 += 1
          operationsAtLevel2 += token >= 10 ? 1 : 0
        }
        if token >= 10 {
          operations[Int(token) - 10] += 1
          counts.append(0)
        } else {
          digits[Int(token)] += 1
        }
        #expect(counts.count <= 2)
      }
    }
    func agrees(_ count: Int, of total: Int, with chance: Double) -> Bool {
      abs(Double(count) - Double(total) * chance) < 4.5 * (Double(total) * chance * (1 - chance)).squareRoot()
    }
    #expect(arguments[0] == 0 && arguments[1] == 0)
    for count in 3...10 { #expect(agrees(arguments[count], of: 6002, with: 1 / 9.0)) }
    // Two arguments: the shortest ones repeat, and repeats are drawn anew.
    #expect(agrees(operationsAtLevel2, of: nodesAtLevel2, with: 0.25))
    for operation in operations { #expect(agrees(operation, of: operations.reduce(0, +), with: 0.25)) }
    for digit in digits { #expect(agrees(digit, of: digits.reduce(0, +), with: 0.1)) }
  }

  @Test func longRangeArenaSizes() throws {
    let task = ListOpsTask(sizes: .init(training: 60, validation: 10, test: 10), seed: 1)
    let data = try task.data(threads: 2)
    #expect(data == (try task.data(threads: 1)))
    let all = data.training.inputs + data.validation.inputs + data.test!.inputs
    #expect(all.allSatisfy { (501...1999).contains($0.steps) && $0.count == $0.steps && $0.channels == 25 })
    #expect(Set(all).count == 80)
    #expect(data.training.outputs == 10)
    #expect(task.preset == "listops")
  }

  @Test func refusals() {
    func data(_ law: ListOpsExpression.Law, _ count: Int = 1) throws {
      _ = try ListOpsTask(law: law, sizes: .init(training: count, validation: 1, test: 1), seed: 1)
        .expressions(threads: 1)
    }
    #expect(
      throws: ExpressiveNeuronError.outOfRange(
        name: "the least length", value: "501",
        allowed: "1 to 12, the longest expression of depth 2")
    ) { try data(.init(depth: 2)) }
    #expect(throws: ExpressiveNeuronError.self) { try data(.init(lengths: 1...1), 20) }
    #expect(throws: ExpressiveNeuronError.self) { try data(.init(mostArguments: 1)) }
    #expect(throws: ExpressiveNeuronError.self) { try data(.init(), 0) }
    // Lengths 2 and 3 do not exist: a million draws find none.
    #expect(throws: ExpressiveNeuronError.self) { try data(.init(lengths: 2...3)) }
  }
}
