/// Words by which machines, screeners, menus and people give themselves away.
///
/// Few and telling, in lowercase with single spaces. A phrase counts only as whole words. The lists are small on purpose: a person who happens to say
/// one of them on picking up would be taken for a machine.
package enum AnswerPhrases {
    /// Whom these words tell of, and the phrase that does. People's phrases are looked for first: "would you like to leave a message" is a
    /// receptionist.
    static func find(in words: String) -> (answerer: Reached, phrase: String)? {
        let text = " " + normal(words) + " "
        for (answerer, phrases) in lists {
            if let phrase = phrases.first(where: { text.contains(" \($0) ") }) { return (answerer, phrase) }
        }
        return nil
    }

    /// Letters and digits in lowercase, apostrophes dropped, everything else a space.
    static func normal(_ words: String) -> String {
        var text = ""
        for character in words.lowercased() {
            if character.isLetter || character.isNumber {
                text.append(character)
            } else if character != "'", character != "\u{2019}", text.last != " " {
                text.append(" ")
            }
        }
        return text
    }

    static let lists: [(Reached, [String])] = [
        (
            .person,
            [
                "like to leave a message", "want to leave a message", "take a message", "you like to leave",
                "would you", "how can i help",
                "how may i help",
                "can i help you", "who is this", "whos this", "what do you want", "speaking how",
            ]
        ),
        (
            .screener,
            [
                "record your name", "say your name", "state your name", "reason for calling", "reason for your call",
                "why youre calling", "why you are calling", "screening service", "call screening", "call assist",
                "if this person is available", "screening this call", "screen calls",
            ]
        ),
        (
            .ivr,
            [
                "press 1", "press one", "press 2", "press two", "press 0", "press zero", "press star", "press pound",
                "or press",
                "main menu", "enter your", "pound key", "hash key", "stay on the line and", "following options",
                "menu options", "options have changed", "your call is important",
                "your call may be recorded", "para espanol", "para español", "extension number",
                "if you know your partys extension",
                "representatives are", "agents are busy", "next available agent", "drücken sie", "pulse uno",
                "marque uno",
                "appuyez sur", "tapez 1",
                "listen carefully", "be with you shortly", "next available", "call is important",
            ]
        ),
        (
            .machine,
            [
                "leave a message", "leave me a message", "leave us a message", "leave your message", "leave your name",
                "leave a short message", "leave a brief message", "leave a detailed message", "after the tone",
                "after the beep",
                "at the tone", "at the beep", "hear the tone", "hear the beep", "record your message", "voicemail",
                "voice mail",
                "voice mailbox", "mailbox", "answering machine", "answering service", "cant come to the phone",
                "cannot come to the phone",
                "cant get to the phone", "cant take your call", "cannot take your call", "not available",
                "is unavailable",
                "currently unavailable", "unable to take your call", "unable to answer", "get back to you",
                "return your call",
                "call you back as soon as", "not in service", "try again later", "try your call again",
                "messages at this time", "any more messages", "hang up and", "check the number", "as dialed",
                "missed your call", "away from my desk", "not here right now", "know what to do",
                "has been disconnected", "number you have dialed",
                "number you have reached", "cannot be completed as dialed", "person you are trying to reach",
                "person you have called",
                "nach dem ton", "nach dem signalton", "hinterlassen sie", "nicht erreichbar", "después de la señal",
                "despues de la señal",
                "deje su mensaje", "deje un mensaje", "buzón de voz", "laissez un message", "laisser un message",
                "après le bip",
                "après le signal", "messagerie vocale", "dopo il segnale", "segreteria", "lasciate un messaggio",
                "when you have finished", "come to the telephone", "come to the phone", "cannot accept",
                "more messages", "number you have called", "cannot be completed", "circuits are busy",
                "no further information", "call again later",
            ]
        ),
    ]
}
