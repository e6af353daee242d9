/// A zip archive in memory.
struct ZipArchive {
  /// One file of the archive.
  struct Member {
    var name: String
    var method: Int
    var checksum: Int
    /// Bytes of the contents.
    var size: Int
    /// Where the contents lie, packed as `method` says.
    var place: Range<Int>
  }

  /// The files in the order of the directory.
  let members: [Member]
  private let bytes: [UInt8]
  private let path: String
  private let expected: String

  /// Reads the directory.
  ///
  /// - Parameter expected: what the archive should be, for messages.
  init(_ bytes: [UInt8], path: String, expected: String) throws(FileError) {
    self.bytes = bytes
    self.path = path
    self.expected = expected
    func damaged(_ problem: String, at offset: Int) -> FileError {
      FileError(.damaged, path, at: "byte \(offset)", problem, expected: expected)
    }
    func number(_ offset: Int, _ width: Int) throws(FileError) -> Int {
      guard offset >= 0, offset <= bytes.count - width else {
        throw damaged("the archive ends early", at: bytes.count)
      }
      let value = (0..<width).reduce(UInt64(0)) { $0 | UInt64(bytes[offset + $1]) << (8 * $1) }
      guard let result = Int(exactly: value) else { throw damaged("a size is impossible", at: offset) }
      return result
    }
    let lastStart = bytes.count - 22
    guard lastStart >= 0,
      let end = stride(from: lastStart, through: max(0, lastStart - 0xFFFF), by: -1).first(where: {
        bytes[$0] == 0x50 && bytes[$0 + 1] == 0x4B && bytes[$0 + 2] == 5 && bytes[$0 + 3] == 6
      })
    else { throw damaged("there is no zip directory", at: 0) }
    var count = try number(end + 10, 2)
    var entry = try number(end + 16, 4)
    if count == 0xFFFF || entry == 0xFFFF_FFFF {
      let record = try number(end - 20 + 8, 8)
      guard try number(record, 4) == 0x0606_4B50 else {
        throw damaged("the zip64 directory is missing", at: record)
      }
      count = try number(record + 32, 8)
      entry = try number(record + 48, 8)
    }
    var members: [Member] = []
    while members.count < count {
      guard try number(entry, 4) == 0x0201_4B50 else {
        throw damaged("an entry of the zip directory is damaged", at: entry)
      }
      let method = try number(entry + 10, 2)
      let checksum = try number(entry + 16, 4)
      var stored = try number(entry + 20, 4)
      var size = try number(entry + 24, 4)
      let nameLength = try number(entry + 28, 2)
      let extraLength = try number(entry + 30, 2)
      let commentLength = try number(entry + 32, 2)
      var local = try number(entry + 42, 4)
      guard entry + 46 + nameLength + extraLength + commentLength <= bytes.count else {
        throw damaged("an entry of the zip directory is damaged", at: entry)
      }
      let name = String(decoding: bytes[(entry + 46)..<(entry + 46 + nameLength)], as: UTF8.self)
      // Wide sizes stand in an extra field, in this order, only where the narrow ones are full.
      var extra = entry + 46 + nameLength
      let extraEnd = extra + extraLength
      while extra + 4 <= extraEnd {
        let length = try number(extra + 2, 2)
        if try number(extra, 2) == 1 {
          var field = extra + 4
          if size == 0xFFFF_FFFF { size = try number(field, 8); field += 8 }
          if stored == 0xFFFF_FFFF { stored = try number(field, 8); field += 8 }
          if local == 0xFFFF_FFFF { local = try number(field, 8) }
        }
        extra += 4 + length
      }
      entry = extraEnd + commentLength
      guard try number(local, 4) == 0x0403_4B50 else {
        throw damaged("member '\(name)' is missing", at: local)
      }
      let data = local + 30 + (try number(local + 26, 2)) + (try number(local + 28, 2))
      guard data <= bytes.count, stored <= bytes.count - data else {
        throw damaged("member '\(name)' ends early", at: bytes.count)
      }
      members.append(
        Member(name: name, method: method, checksum: checksum, size: size, place: data..<(data + stored)))
    }
    // Members that share packed bytes could unpack to far more than the file can hold.
    let byPlace = members.filter { !$0.place.isEmpty }.sorted { $0.place.lowerBound < $1.place.lowerBound }
    for (member, next) in zip(byPlace, byPlace.dropFirst())
    where next.place.lowerBound < member.place.upperBound {
      throw damaged("member '\(next.name)' overlaps member '\(member.name)'", at: next.place.lowerBound)
    }
    self.members = members
  }

  /// The contents of a member, checked against their checksum.
  func contents(of member: Member) throws(FileError) -> [UInt8] {
    let packed = bytes[member.place]
    let contents: [UInt8]
    switch member.method {
    case 0: contents = Array(packed)
    case 8: contents = try Gzip.inflateRaw(packed, limit: member.size, path: path)
    default:
      throw FileError(
        .unsupported, path, at: "member '\(member.name)'",
        "compression method \(member.method) cannot be read",
        expected: "plain or deflated members")
    }
    guard contents.count == member.size, Int(Gzip.checksum(contents)) == member.checksum else {
      throw FileError(
        .damaged, path, at: "byte \(member.place.lowerBound)",
        "member '\(member.name)' does not match its checksum", expected: expected)
    }
    return contents
  }
}
