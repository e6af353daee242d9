import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Run {
  /// How far a run has come.
  public enum Status: String, Sendable, Hashable, Codable, CaseIterable {
    /// It has not ended.
    case running
    /// It ended with its results.
    case done
    /// The user stopped it; it can go on.
    case stopped
    /// It ended with an error.
    case failed
    /// Its process is gone without a word; found out on reading.
    case killed
  }

  /// A file that was read.
  public struct Input: Codable, Sendable, Hashable {
    /// Its size.
    public var bytes: Int
    /// Its SHA-256 digest, hexadecimal.
    public var sha256: String
  }

  /// What `run.json` holds.
  public struct Description: Codable, Sendable, Hashable {
    /// Of this file; 2.
    public var format = 2
    /// Twelve hexadecimal digits.
    public var id: String
    /// The command line.
    public var command: [String]
    /// Every option's value by name, defaults included.
    public var options: [String: String]
    /// Seed of all chance.
    public var seed: UInt64
    /// Of the package.
    public var version = neuropilVersion
    /// The machine.
    public var host = Host.current
    /// The process on that machine.
    public var process = Int(getpid())
    /// When it began, ISO 8601 in UTC.
    public var started: String
    /// When it ended.
    public var ended: String?
    /// How long it took, the parts before a stop included.
    public var seconds: Double?
    /// How far it has come.
    public var status = Status.running
    /// Files that were read.
    public var inputs: [String: Input] = [:]

    /// Whether its process is still there, judged on its own host.
    var isAlive: Bool { kill(pid_t(truncatingIfNeeded: process), 0) == 0 || errno == EPERM }
  }
}
