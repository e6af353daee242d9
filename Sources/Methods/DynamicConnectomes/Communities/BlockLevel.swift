/// One level of a hierarchy in the making: which group every item is in, and what runs between the groups.
///
/// Items of the lowest level are nodes; items of a level above are the groups below it, by their slots. Slots of groups may be
/// empty. Everything is kept in plain memory because the search spends its time here.
final class BlockLevel {
  /// What runs between two groups, or from an item to a group.
  struct Sums {
    /// Edges.
    var edges: Int32 = 0
    /// Weights of the level below: edges at the lowest level, occupied pairs of groups above.
    var count: Int32 = 0
    var weight = 0.0
    var squares = 0.0

    static func += (sums: inout Sums, other: Sums) {
      sums.edges += other.edges
      sums.count += other.count
      sums.weight += other.weight
      sums.squares += other.squares
    }

    static prefix func - (sums: Sums) -> Sums {
      Sums(edges: -sums.edges, count: -sums.count, weight: -sums.weight, squares: -sums.squares)
    }
  }

  /// A change of what runs between two groups, `a` not after `b`.
  struct Change {
    var a: Int
    var b: Int
    var sums: Sums
  }

  let items: Int
  let slots: Int
  /// Group of each item, −1 for slots of the level below that are empty.
  let groupOf: UnsafeMutablePointer<Int32>
  /// Items of each group.
  let size: UnsafeMutablePointer<Int32>
  /// Sum of degrees of each group, edges within counted twice.
  let ends: UnsafeMutablePointer<Int32>
  /// `[slot, slot]`, symmetric; edges within a group stand once on the diagonal.
  let between: UnsafeMutablePointer<Sums>
  /// The part of the description length of each pair that does not depend on sizes, `[slot, slot]`, in the upper triangle.
  let terms: UnsafeMutablePointer<Double>
  /// Occupied items; occupied groups in no order.
  private(set) var itemCount = 0
  private(set) var occupied: [Int] = []
  private var placeOf: [Int]

  // Scratch memory of one move at a time.
  private let changeOf: UnsafeMutablePointer<Int32>
  private(set) var changes: [Change] = []
  private let gatheredAt: UnsafeMutablePointer<Int32>
  private(set) var gathered: [(group: Int, sums: Sums)] = []

  init(items: Int, slots: Int) {
    self.items = items
    self.slots = slots
    groupOf = .allocate(capacity: items)
    groupOf.initialize(repeating: -1, count: items)
    size = .allocate(capacity: slots)
    size.initialize(repeating: 0, count: slots)
    ends = .allocate(capacity: slots)
    ends.initialize(repeating: 0, count: slots)
    between = .allocate(capacity: slots * slots)
    between.initialize(repeating: Sums(), count: slots * slots)
    terms = .allocate(capacity: slots * slots)
    terms.initialize(repeating: 0, count: slots * slots)
    changeOf = .allocate(capacity: slots * slots)
    changeOf.initialize(repeating: -1, count: slots * slots)
    gatheredAt = .allocate(capacity: slots)
    gatheredAt.initialize(repeating: -1, count: slots)
    placeOf = [Int](repeating: -1, count: slots)
  }

  deinit {
    groupOf.deallocate()
    size.deallocate()
    ends.deallocate()
    between.deallocate()
    terms.deallocate()
    changeOf.deallocate()
    gatheredAt.deallocate()
  }

  /// Puts an item that is in no group into one.
  func place(_ item: Int, in group: Int) {
    groupOf[item] = Int32(group)
    itemCount += 1
    resize(group, by: 1)
  }

  /// Takes an item out of its group.
  func remove(_ item: Int) {
    let group = Int(groupOf[item])
    groupOf[item] = -1
    itemCount -= 1
    resize(group, by: -1)
  }

  /// Moves an item.
  func move(_ item: Int, to group: Int) {
    resize(Int(groupOf[item]), by: -1)
    groupOf[item] = Int32(group)
    resize(group, by: 1)
  }

  private func resize(_ group: Int, by change: Int32) {
    if size[group] == 0 {
      placeOf[group] = occupied.count
      occupied.append(group)
    }
    size[group] += change
    if size[group] == 0 {
      let (place, last) = (placeOf[group], occupied[occupied.count - 1])
      occupied[place] = last
      placeOf[last] = place
      occupied.removeLast()
      placeOf[group] = -1
    }
  }

  /// A slot that no item is in; `nil` when all are taken.
  var emptySlot: Int? {
    occupied.count == slots ? nil : (0..<slots).first { size[$0] == 0 }
  }

  /// What runs between two groups.
  @inline(__always)
  func sums(_ a: Int, _ b: Int) -> Sums { between[a * slots + b] }

  /// Forgets the last move's changes.
  func clearChanges() {
    for change in changes { changeOf[change.a * slots + change.b] = -1 }
    changes.removeAll(keepingCapacity: true)
  }

  /// Notes a change between two groups.
  @inline(__always)
  func note(_ first: Int, _ second: Int, _ sums: Sums) {
    let (a, b) = first < second ? (first, second) : (second, first)
    let key = a * slots + b
    if changeOf[key] >= 0 {
      changes[Int(changeOf[key])].sums += sums
    } else {
      changeOf[key] = Int32(changes.count)
      changes.append(Change(a: a, b: b, sums: sums))
    }
  }

  /// The noted change between two groups.
  @inline(__always)
  func noted(_ first: Int, _ second: Int) -> Sums {
    let key = first < second ? first * slots + second : second * slots + first
    return changeOf[key] < 0 ? Sums() : changes[Int(changeOf[key])].sums
  }

  /// Begins to gather what runs from items to groups.
  func clearGathered() {
    for entry in gathered { gatheredAt[entry.group] = -1 }
    gathered.removeAll(keepingCapacity: true)
  }

  /// Adds to what runs to a group.
  @inline(__always)
  func gather(_ group: Int, _ sums: Sums) {
    if gatheredAt[group] >= 0 {
      gathered[Int(gatheredAt[group])].sums += sums
    } else {
      gatheredAt[group] = Int32(gathered.count)
      gathered.append((group, sums))
    }
  }

  /// Writes the noted changes.
  func commitChanges(term: (_ a: Int, _ b: Int, _ sums: Sums) -> Double) {
    for change in changes {
      let (a, b) = (change.a, change.b)
      between[a * slots + b] += change.sums
      if between[a * slots + b].count == 0 {
        // What rounding leaves of a sum of nothing would grow.
        between[a * slots + b] = Sums()
      }
      if a != b { between[b * slots + a] = between[a * slots + b] }
      ends[a] += change.sums.edges
      ends[b] += change.sums.edges
      terms[a * slots + b] = term(a, b, between[a * slots + b])
    }
  }
}
