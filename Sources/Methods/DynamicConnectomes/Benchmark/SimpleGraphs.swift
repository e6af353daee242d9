import Probability

/// Random simple graphs with given degrees.
struct SimpleGraphs {
  let nodes: Int

  /// Links among `members` with the wanted degrees as far as possible: pairs are drawn, then put right by exchanging ends.
  ///
  /// - Parameters:
  ///   - degrees: wanted, by node; set to what came out for the members.
  ///   - allowed: which two nodes may be linked.
  func random(
    _ members: [Int], _ degrees: inout [Int], _ stream: inout RandomStream,
    allowed: (Int, Int) -> Bool
  ) -> [(Int, Int)] {
    var halfEdges = members.flatMap { Array(repeating: $0, count: degrees[$0]) }
    if halfEdges.count % 2 == 1 { halfEdges.remove(at: stream.integer(below: halfEdges.count)) }
    stream.shuffle(&halfEdges)
    var links: [(Int, Int)] = []
    var present = Set<Int>()
    func key(_ a: Int, _ b: Int) -> Int { min(a, b) * nodes + max(a, b) }
    func fits(_ a: Int, _ b: Int) -> Bool { a != b && allowed(a, b) && !present.contains(key(a, b)) }
    func add(_ a: Int, _ b: Int) {
      links.append((a, b))
      present.insert(key(a, b))
    }
    var left: [(Int, Int)] = []
    for place in stride(from: 0, to: halfEdges.count, by: 2) {
      let (a, b) = (halfEdges[place], halfEdges[place + 1])
      if fits(a, b) { add(a, b) } else { left.append((a, b)) }
    }
    // A pair that may not be linked exchanges ends with a link: (a, b) and (c, d) become (a, c) and (b, d).
    var tries = 0
    while let (a, b) = left.popLast(), tries < 2_000_000 {
      var isDone = false
      for _ in 0..<min(4000, 40 * links.count) {
        tries += 1
        let place = stream.integer(below: links.count)
        var (c, d) = links[place]
        if stream.bernoulli(0.5) { (c, d) = (d, c) }
        present.remove(key(c, d))
        if fits(a, c), fits(b, d), key(a, c) != key(b, d) {
          links[place] = (a, c)
          present.insert(key(a, c))
          add(b, d)
          isDone = true
          break
        }
        present.insert(key(c, d))
      }
      if !isDone { continue }
    }
    for member in members { degrees[member] = 0 }
    for (a, b) in links {
      degrees[a] += 1
      degrees[b] += 1
    }
    return links
  }
}
