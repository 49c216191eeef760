extension SessionDescription {
    /// The description as it goes into a message, every line ended by CR LF.
    var text: String {
        var lines = [
            "v=0",
            "o=- \(origin.sessionID) \(origin.version) IN IP4 \(origin.address)",
            "s=-",
            "c=IN IP4 \(origin.address)",
            "t=0 0",
        ]
        for media in media { lines += media.lines(sessionAddress: origin.address) }
        return lines.map { $0 + "\r\n" }.joined()
    }
}

extension SessionDescription.Media {
    fileprivate func lines(sessionAddress: String) -> [String] {
        var lines = ["m=\(kind) \(port) \(transport) \(formats.joined(separator: " "))"]
        if port == 0 { return lines }
        if let address, address != sessionAddress { lines.append("c=IN IP4 \(address)") }
        for format in formats {
            if let encoding = encodings[format] { lines.append("a=rtpmap:\(format) \(encoding)") }
            if let parameters = parameters[format] { lines.append("a=fmtp:\(format) \(parameters)") }
        }
        if let packetTime { lines.append("a=ptime:\(packetTime)") }
        lines.append("a=\(direction.rawValue)")
        return lines
    }
}
