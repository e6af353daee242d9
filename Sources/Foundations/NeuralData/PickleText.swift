/// The escapes of pickle's text protocols.
enum PickleText {
  /// Text in which `\uXXXX` and `\UXXXXXXXX` stand for characters and every other byte for itself.
  static func rawUnicodeEscape(_ bytes: ArraySlice<UInt8>) -> String {
    var scalars = String.UnicodeScalarView()
    var rest = bytes
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), let kind = rest.first,
        kind == UInt8(ascii: "u") || kind == UInt8(ascii: "U")
      {
        let width = kind == UInt8(ascii: "u") ? 4 : 8
        let digits = String(decoding: rest.dropFirst().prefix(width), as: UTF8.self)
        if digits.utf8.count == width, let code = UInt32(digits, radix: 16) {
          scalars.append(UnicodeScalar(code) ?? "\u{FFFD}")
          rest = rest.dropFirst(1 + width)
          continue
        }
      }
      scalars.append(UnicodeScalar(byte))
    }
    return String(scalars)
  }

  /// The bytes of a quoted string with Python's escapes; `nil` without matching quotes.
  static func quoted(_ line: ArraySlice<UInt8>) -> [UInt8]? {
    guard line.count >= 2, let quote = line.first, quote == line.last, quote == 0x22 || quote == 0x27 else {
      return nil
    }
    var result: [UInt8] = []
    var rest = line.dropFirst().dropLast()
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let kind = rest.popFirst() else {
        result.append(byte)
        continue
      }
      switch Character(UnicodeScalar(kind)) {
      case "n": result.append(0x0A)
      case "r": result.append(0x0D)
      case "t": result.append(0x09)
      case "x":
        guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
          return nil
        }
        result.append(value)
        rest = rest.dropFirst(2)
      case "\\", "'", "\"": result.append(kind)
      default: result += [byte, kind]
      }
    }
    return result
  }
}
