/// What any callee may say at any step, whatever the flow expects there.
enum UniversalIntent: String, CaseIterable, Sendable {
    case optOut = "opt_out"
    case wrongNumber = "wrong_number"
    case who
    case `repeat`
    case human
    case hold
    case hello
    case goodbye
    /// "Uh-huh": the callee listens. Never an answer.
    case backchannel

    var entry: Vocabulary.Entry {
        Vocabulary.Entry(name: rawValue, expansions: expansions, lenience: lenience)
    }

    private var lenience: Vocabulary.Lenience {
        switch self {
        case .optOut: .lenient
        // Two soft syllables fit much that is something else.
        case .backchannel: .strict
        case .wrongNumber, .who, .repeat, .human, .hold, .hello, .goodbye: .ordinary
        }
    }

    private var expansions: [String] {
        switch self {
        case .optOut:
            [
                "[no thanks] [please] ( don't | do not ) call ( me | here | this number ) [ again | anymore ]",
                "[please] stop calling [ me | here | this number ]",
                "[please] ( take | remove ) ( me | my number ) ( off | from ) ( your | the | this ) ( list | call list )",
                "never call ( me | here | this number ) again",
                "unsubscribe [me]",
                "leave me alone",
            ]
        case .wrongNumber:
            [
                "[ sorry | no | i think ] [ you have | you've got | you got ] [ the | a ] wrong number",
                "[there is | there's] nobody ( here by that name | by that name here )",
                "[there is | there's] no one ( here by that name | by that name here )",
            ]
        case .who:
            [
                "[ sorry | and ] ( who is | who's ) ( this | calling | speaking ) [please]",
                "who are you",
                "( what is | what's ) this about",
                "where are you calling from",
                "( is this | are you ) a ( robot | machine | recording | computer | real person )",
            ]
        case .repeat:
            [
                "( can | could | would ) you [please] ( repeat that | say that again | repeat the question ) [please]",
                "( say that again | repeat that ) [please]",
                "[i'm] [sorry] what did you say",
                "[sorry] i didn't ( hear | catch | get | understand ) ( that | you )",
                "( pardon | excuse ) me",
                "pardon",
                "come again",
                "what was that",
            ]
        case .human:
            [
                "[ can i | could i | may i | let me | i want to | i'd like to ] ( speak | talk ) ( to | with ) "
                    + "( a | an | the | your ) [ real | live ] "
                    + "( person | human | human being | agent | manager | representative | operator | supervisor )",
                "[ can i | could i | may i | let me | i want to | i'd like to ] ( speak | talk ) ( to | with ) somebody",
                "[ a | an ] ( real person | operator | representative ) please",
                "i want a ( human | real person )",
            ]
        case .hold:
            [
                "( hold | hang ) on [ a ( second | minute | moment ) ] [please]",
                "[just] ( one | a ) ( moment | second | minute ) [please]",
                "wait [ a ( second | minute | moment ) ] [please]",
                "give me a ( second | minute | moment )",
                "let me ( check | look | see )",
            ]
        case .hello:
            ["hello [hello] [ who's there | who is there | anybody there | are you there ]", "are you [still] there"]
        case .goodbye:
            ["( goodbye | bye | bye bye )", "( i have | i've got ) to go"]
        case .backchannel:
            ["uh huh", "mhm"]
        }
    }
}
