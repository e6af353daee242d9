/// Reads a pickle's operations into nodes that share and grow as Python's objects do, then into a value.
///
/// Every operation makes at most one node, and what constructors copy is counted, so that memory is bounded by the
/// file's length; nesting and repetition are bounded when the value is made.
struct PickleMachine {
  /// Index of a node.
  typealias Place = Int

  /// An object in the making.
  enum Node {
    case value(Pickle.Value)
    /// A string of Python 2: text or bytes.
    case string([UInt8])
    case list([Place])
    case tuple([Place])
    case set([Place])
    /// Keys and values in turn.
    case dictionary([Place])
    case constructor(PickleConstructor)
    case numericType(PickleNumericType)
    /// A NumPy array whose contents follow.
    case emptyArray
    case storage(TorchStorage)
  }

  let bytes: [UInt8]
  let path: String
  /// What a checkpoint's persistent references name; `nil` in an ordinary pickle.
  var storages: TorchStorages?
  var nodes: [Node] = []
  private var stack: [Place] = []
  private var marks: [Int] = []
  private var memo: [Int: Place] = [:]
  private var cursor = 0
  private var operation = 0
  private var budget: Int

  /// Prepares to read; `storages` are those of a PyTorch checkpoint.
  init(_ bytes: [UInt8], path: String, storages: TorchStorages? = nil) {
    self.bytes = bytes
    self.path = path
    self.storages = storages
    budget = 16 * (bytes.count + (storages?.size ?? 0)) + 1 << 20
  }

  func damaged(_ problem: String) -> FileError {
    FileError(.damaged, path, at: "byte \(operation)", problem, expected: "a pickle file")
  }

  func unsupported(_ problem: String, remedy: String? = nil) -> FileError {
    FileError(.unsupported, path, at: "byte \(operation)", problem, remedy: remedy)
  }

  /// Counts bytes that are copied out of nodes that stay.
  mutating func spend(_ count: Int) throws(FileError) {
    guard count <= budget else {
      throw unsupported("the pickle repeats its contents too often to be read safely")
    }
    budget -= count
  }

  /// Runs to the end and returns the value on top.
  mutating func run() throws(FileError) -> Pickle.Value {
    while true {
      operation = cursor
      guard let code = try read(1).first else { throw damaged("the pickle ends early") }
      if code == UInt8(ascii: ".") {
        var conversion = PickleConversion(nodes: nodes, limit: max(1 << 24, bytes.count))
        let place = try pop()
        do { return try conversion.value(of: place) } catch { throw unsupported(error.text) }
      }
      try perform(code)
    }
  }

  // MARK: - The stack

  mutating func push(_ node: Node) {
    nodes.append(node)
    stack.append(nodes.count - 1)
  }

  private mutating func push(value: Pickle.Value) { push(.value(value)) }

  private mutating func pop() throws(FileError) -> Place {
    guard stack.count > (marks.last ?? 0) else { throw damaged("an operation finds nothing to work on") }
    return stack.removeLast()
  }

  private func top() throws(FileError) -> Place {
    guard stack.count > (marks.last ?? 0) else { throw damaged("an operation finds nothing to work on") }
    return stack[stack.count - 1]
  }

  private mutating func popToMark() throws(FileError) -> [Place] {
    guard let mark = marks.popLast() else { throw damaged("a group ends that did not begin") }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  // MARK: - The bytes

  private mutating func read(_ count: Int) throws(FileError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.count - cursor else { throw damaged("the pickle ends early") }
    defer { cursor += count }
    return bytes[cursor..<(cursor + count)]
  }

  private mutating func unsigned(_ width: Int) throws(FileError) -> Int {
    let value = try read(width).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let result = Int(exactly: value) else { throw damaged("a length is impossible") }
    return result
  }

  private mutating func line() throws(FileError) -> ArraySlice<UInt8> {
    guard let end = bytes[cursor...].firstIndex(of: 0x0A) else { throw damaged("the pickle ends early") }
    defer { cursor = end + 1 }
    return bytes[cursor..<end]
  }

  private mutating func textLine() throws(FileError) -> String { String(decoding: try line(), as: UTF8.self) }

  /// Text in UTF-8; lone surrogates, which Python writes too, become the replacement character.
  private func text(_ bytes: ArraySlice<UInt8>) -> Pickle.Value {
    .text(String(decoding: bytes, as: UTF8.self))
  }

  /// Little-endian two's complement of any width.
  private func long(_ bytes: ArraySlice<UInt8>) throws(FileError) -> Pickle.Value {
    var digits = Array(bytes)
    let isNegative = (digits.last ?? 0) & 0x80 != 0
    while digits.count > 8, digits.last == (isNegative ? 0xFF : 0) { digits.removeLast() }
    guard digits.count <= 8, digits.count < 8 || digits.isEmpty || (digits[7] & 0x80 != 0) == isNegative
    else {
      throw unsupported("a whole number has more than 64 bits")
    }
    var value: UInt64 = isNegative ? .max : 0
    for digit in digits.reversed() { value = value << 8 | UInt64(digit) }
    return .integer(Int(truncatingIfNeeded: value))
  }

  private mutating func number(_ text: String) throws(FileError) -> Pickle.Value {
    if text == "00" { return .truth(false) }
    if text == "01" { return .truth(true) }
    let digits = text.hasSuffix("L") ? String(text.dropLast()) : text
    guard let value = Int(digits) else { throw damaged("'\(text.prefix(40))' is no whole number of 64 bits") }
    return .integer(value)
  }

  // MARK: - The operations

  private mutating func perform(_ code: UInt8) throws(FileError) {
    switch Character(UnicodeScalar(code)) {
    // Values
    case "N": push(value: .none)
    case "\u{88}": push(value: .truth(true))
    case "\u{89}": push(value: .truth(false))
    case "K": push(value: .integer(try unsigned(1)))
    case "M": push(value: .integer(try unsigned(2)))
    case "J": push(value: .integer(Int(Int32(truncatingIfNeeded: try unsigned(4)))))
    case "I", "L": push(value: try number(textLine()))
    case "\u{8a}": push(value: try long(read(unsigned(1))))
    case "\u{8b}": push(value: try long(read(unsigned(4))))
    case "F":
      let text = try textLine()
      guard let value = Double(text) else { throw damaged("'\(text.prefix(40))' is no number") }
      push(value: .number(value))
    case "G":
      push(value: .number(Double(bitPattern: try read(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })))
    case "X": push(value: text(try read(unsigned(4))))
    case "\u{8c}": push(value: text(try read(unsigned(1))))
    case "\u{8d}": push(value: text(try read(unsigned(8))))
    case "V": push(value: .text(PickleText.rawUnicodeEscape(try line())))
    case "T": push(.string(Array(try read(unsigned(4)))))
    case "U": push(.string(Array(try read(unsigned(1)))))
    case "S":
      guard let string = PickleText.quoted(try line()) else { throw damaged("a string is not in quotes") }
      push(.string(string))
    case "B": push(value: .bytes(Array(try read(unsigned(4)))))
    case "C": push(value: .bytes(Array(try read(unsigned(1)))))
    case "\u{8e}", "\u{96}": push(value: .bytes(Array(try read(unsigned(8)))))
    // Collections
    case "(": marks.append(stack.count)
    case "]": push(.list([]))
    case ")": push(.tuple([]))
    case "}": push(.dictionary([]))
    case "\u{8f}": push(.set([]))
    case "l": push(.list(try popToMark()))
    case "t": push(.tuple(try popToMark()))
    case "\u{91}": push(.set(try popToMark()))
    case "d":
      let items = try popToMark()
      guard items.count % 2 == 0 else { throw damaged("a key has no value") }
      push(.dictionary(items))
    case "\u{85}": push(.tuple([try pop()]))
    case "\u{86}": try pushTuple(2)
    case "\u{87}": try pushTuple(3)
    case "a": try grow([pop()])
    case "e", "\u{90}": try grow(popToMark())
    case "s":
      let value = try pop()
      try grow([pop(), value])
    case "u": try grow(popToMark())
    // Memory
    case "0":
      if stack.count == marks.last { marks.removeLast() } else { _ = try pop() }
    case "1": _ = try popToMark()
    case "2": stack.append(try top())
    case "p": memo[try index()] = try top()
    case "q": memo[try unsigned(1)] = try top()
    case "r": memo[try unsigned(4)] = try top()
    case "\u{94}": memo[memo.count] = try top()
    case "g": try recall(index())
    case "h": try recall(unsigned(1))
    case "j": try recall(unsigned(4))
    // Objects
    case "c":
      let module = try textLine()
      push(try global(module, textLine()))
    case "\u{93}":
      let name = try text(at: pop())
      push(try global(text(at: pop()), name))
    case "R", "\u{81}":
      let arguments = try elements(pop())
      try construct(pop(), arguments)
    case "i":
      let module = try textLine()
      push(try global(module, textLine()))
      let made = try pop()
      try construct(made, popToMark())
    case "o":
      let items = try popToMark()
      guard let made = items.first else { throw damaged("an object has no class") }
      try construct(made, Array(items.dropFirst()))
    case "\u{92}":
      guard try elements(pop()).isEmpty else {
        throw unsupported("an object with named arguments cannot be read")
      }
      let arguments = try elements(pop())
      try construct(pop(), arguments)
    case "b":
      let state = try pop()
      try build(top(), state: state)
    case "Q": push(try persistent(pop()))
    case "P": throw unsupported("a reference to something outside the file cannot be read")
    case "\u{97}", "\u{98}": throw unsupported("data kept outside the file cannot be read")
    case "\u{82}", "\u{83}", "\u{84}": throw unsupported("a class of a private registry cannot be read")
    // Framing
    case "\u{80}":
      let version = try unsigned(1)
      guard version <= 5 else { throw unsupported("pickle protocol \(version) is unknown") }
    case "\u{95}": _ = try read(8)
    default: throw damaged("the operation \(code) is unknown")
    }
  }

  private mutating func pushTuple(_ count: Int) throws(FileError) {
    var items: [Place] = []
    for _ in 0..<count { items.append(try pop()) }
    push(.tuple(items.reversed()))
  }

  /// Adds to the collection on top, without copying what it already has.
  private mutating func grow(_ items: [Place]) throws(FileError) {
    let target = try top()
    let node = nodes[target]
    nodes[target] = .value(.none)
    switch consume node {
    case .list(var list):
      list += items
      nodes[target] = .list(list)
    case .set(var set):
      set += items
      nodes[target] = .set(set)
    case .dictionary(var entries):
      guard items.count % 2 == 0 else { throw damaged("a key has no value") }
      entries += items
      nodes[target] = .dictionary(entries)
    default: throw damaged("items are added to what is no collection")
    }
  }

  private mutating func index() throws(FileError) -> Int {
    let text = try textLine()
    guard let value = Int(text), value >= 0 else {
      throw damaged("'\(text.prefix(40))' is no place in memory")
    }
    return value
  }

  private mutating func recall(_ index: Int) throws(FileError) {
    guard let place = memo[index] else { throw damaged("place \(index) of the memory is empty") }
    stack.append(place)
  }
}
