#include "data_plane/assistant/text/word_lists.h"

#include <algorithm>
#include <span>

namespace servery::assistant {

namespace {

// Sorted by bytes; apostrophes vanish in tokens, so the words have none.
constexpr std::array<std::string_view, 189> stop_en{
    "a",         "about",      "above",    "actually", "after",   "again",    "all",
    "also",      "am",         "an",       "and",      "any",     "anybody",  "anyone",
    "anything",  "anywhere",   "are",      "arent",    "as",      "at",       "be",
    "because",   "been",       "before",   "being",    "below",   "between",  "both",
    "but",       "by",         "can",      "cannot",   "cant",    "could",    "couldnt",
    "did",       "didnt",      "do",       "does",     "doesnt",  "doing",    "dont",
    "down",      "during",     "each",     "either",   "else",    "ever",     "everybody",
    "everyone",  "everything", "for",      "from",     "further", "get",      "got",
    "had",       "hadnt",      "has",      "hasnt",    "have",    "havent",   "having",
    "he",        "her",        "here",     "hers",     "him",     "his",      "how",
    "i",         "id",         "if",       "ill",      "im",      "in",       "into",
    "is",        "isnt",       "it",       "its",      "ive",     "just",     "let",
    "lets",      "like",       "maybe",    "me",       "might",   "more",     "most",
    "much",      "must",       "my",       "need",     "no",      "nor",      "not",
    "nothing",   "now",        "of",       "off",      "on",      "once",     "one",
    "only",      "or",         "other",    "our",      "ours",    "out",      "over",
    "own",       "people",     "per",      "please",   "pls",     "really",   "shall",
    "she",       "should",     "shouldnt", "so",       "some",    "somebody", "someone",
    "something", "somewhere",  "such",     "than",     "thank",   "thanks",   "that",
    "thats",     "the",        "their",    "them",     "then",    "there",    "these",
    "they",      "thing",      "things",   "this",     "those",   "though",   "through",
    "to",        "too",        "under",    "until",    "up",      "us",       "very",
    "want",      "was",        "wasnt",    "we",       "well",    "were",     "werent",
    "weve",      "what",       "whats",    "when",     "where",   "wheres",   "which",
    "while",     "who",        "whom",     "whose",    "why",     "will",     "with",
    "within",    "without",    "wont",     "would",    "wouldnt", "yes",      "yet",
    "you",       "youd",       "youll",    "your",     "youre",   "yours",    "youve"};

constexpr std::array<std::string_view, 201> stop_de{
    "aber",     "alle",   "allem",      "allen",     "aller",    "alles",   "als",
    "also",     "am",     "an",         "ander",     "andere",   "anderen", "auch",
    "auf",      "aus",    "bei",        "beim",      "bin",      "bis",     "bist",
    "bitte",    "da",     "dabei",      "dadurch",   "dafür",    "damit",   "danach",
    "dann",     "darauf", "darf",       "darum",     "das",      "dass",    "dazu",
    "dein",     "deine",  "deinem",     "deinen",    "dem",      "den",     "denn",
    "der",      "des",    "dessen",     "dich",      "die",      "dies",    "diese",
    "diesem",   "diesen", "dieser",     "dieses",    "dir",      "doch",    "dort",
    "du",       "durch",  "eigentlich", "ein",       "eine",     "einem",   "einen",
    "einer",    "eines",  "er",         "es",        "etwas",    "euch",    "euer",
    "eure",     "für",    "gegen",      "gern",      "gerne",    "gibt",    "hab",
    "habe",     "haben",  "habt",       "hallo",     "hast",     "hat",     "hatte",
    "hatten",   "hier",   "hin",        "hätte",     "hätten",   "ich",     "ihm",
    "ihn",      "ihnen",  "ihr",        "ihre",      "ihrem",    "ihren",   "ihrer",
    "im",       "in",     "ins",        "irgendwas", "irgendwo", "ist",     "ja",
    "jede",     "jedem",  "jeden",      "jeder",     "jedes",    "jemand",  "jemandem",
    "jemanden", "jetzt",  "kann",       "kannst",    "können",   "könnte",  "könnten",
    "leute",    "mal",    "man",        "mein",      "meine",    "meinem",  "meinen",
    "meiner",   "mich",   "mir",        "mit",       "muss",     "möchte",  "möchten",
    "müssen",   "nach",   "nicht",      "nichts",    "noch",     "nun",     "nur",
    "ob",       "oder",   "ohne",       "sehr",      "sein",     "seine",   "seinem",
    "seinen",   "seiner", "seit",       "sich",      "sie",      "sind",    "so",
    "solche",   "soll",   "sollte",     "sondern",   "sonst",    "um",      "und",
    "uns",      "unser",  "unsere",     "unserem",   "unseren",  "unter",   "vielleicht",
    "vom",      "von",    "vor",        "war",       "waren",    "warum",   "was",
    "weil",     "welche", "welchem",    "welchen",   "welcher",  "welches", "wenn",
    "wer",      "werde",  "werden",     "wie",       "wieder",   "will",    "wir",
    "wird",     "wo",     "wohl",       "wollen",    "würde",    "würden",  "zu",
    "zum",      "zur",    "zwar",       "zwischen",  "über"};

// Frequent words that tell languages apart.
constexpr std::array<std::string_view, 50> frequent_en{
    "about",  "am",     "and",   "any",   "are",   "at",   "be",   "been",  "can", "could",
    "did",    "do",     "does",  "for",   "from",  "has",  "have", "how",   "i",   "if",
    "is",     "it",     "long",  "me",    "much",  "my",   "need", "not",   "of",  "or",
    "please", "should", "that",  "the",   "there", "this", "to",   "want",  "was", "we",
    "what",   "when",   "where", "which", "why",   "will", "with", "would", "you", "your"};

constexpr std::array<std::string_view, 55> frequent_de{
    "ab",     "auch",   "auf",   "bei",  "bis",    "bitte", "das",  "dem",   "den", "der", "die",
    "ein",    "eine",   "einen", "es",   "für",    "gibt",  "habe", "haben", "hat", "ich", "ihr",
    "ihre",   "im",     "ist",   "kann", "können", "man",   "mein", "meine", "mir", "mit", "muss",
    "möchte", "nicht",  "noch",  "oder", "sie",    "sind",  "um",   "und",   "uns", "von", "wann",
    "was",    "welche", "wenn",  "wie",  "wir",    "wird",  "wo",   "zu",    "zum", "zur", "über"};

constexpr std::array<std::string_view, 44> frequent_fr{
    "au",   "aux",  "avec", "avez",  "ce",   "cette", "combien", "comment", "dans",
    "des",  "du",   "elle", "est",   "et",   "faire", "il",      "je",      "la",
    "le",   "les",  "mes",  "mon",   "nous", "ou",    "où",      "pas",     "peut",
    "plus", "pour", "puis", "quand", "que",  "quel",  "quelle",  "qui",     "sans",
    "si",   "sont", "sur",  "une",   "vos",  "votre", "vous",    "êtes"};

constexpr std::array<std::string_view, 41> frequent_es{
    "al",     "como", "con",    "cuesta",  "cuál", "cuándo", "cuánto", "del",     "dónde",
    "el",     "en",   "es",     "esta",    "este", "está",   "están",  "hay",     "hola",
    "las",    "los",  "mi",     "más",     "no",   "nos",    "para",   "pero",    "por",
    "puedo",  "que",  "quiero", "qué",     "se",   "sin",    "su",     "también", "tiene",
    "tienen", "una",  "usted",  "ustedes", "y"};

constexpr std::array<std::string_view, 39> frequent_it{
    "alla",   "anche", "avete", "che",  "ci",  "ciao",  "come",   "con",    "costa",  "cè",
    "del",    "della", "di",    "dove", "e",   "gli",   "ho",     "il",     "lo",     "ma",
    "mio",    "nel",   "non",   "per",  "più", "posso", "quale",  "quando", "quanto", "questa",
    "questo", "senza", "si",    "sono", "sul", "una",   "vorrei", "vostro", "è"};

constexpr std::array<std::string_view, 39> frequent_nl{
    "aan",    "als",  "bij",  "dat",  "deze",    "een",    "en",  "er",     "geen", "heb",
    "hebben", "het",  "hoe",  "ik",   "je",      "jullie", "kan", "kunnen", "maar", "mag",
    "met",    "mijn", "moet", "naar", "niet",    "nog",    "of",  "ook",    "op",   "te",
    "uw",     "van",  "voor", "waar", "wanneer", "wat",    "wij", "wordt",  "zijn"};

// Endings of words of six and more bytes.
constexpr std::array<std::string_view, 21> ending_en{
    "able", "ance", "ence",  "ently", "ery",  "hing", "ible",  "ight", "ing",  "ings", "ment",
    "ness", "ould", "ously", "ship",  "ther", "tion", "tions", "ully", "ward", "ways"};

constexpr std::array<std::string_view, 25> ending_de{
    "bar",   "heit",   "ieren",  "ierung", "isch",  "ische", "ischen", "keit", "lich",
    "liche", "lichen", "schaft", "sche",   "schen", "stück", "stücke", "tung", "ung",
    "ungen", "zimmer", "ßen",    "ßt",     "äge",   "öße",   "ücke"};

constexpr std::array<std::string_view, 13> ending_fr{"aient", "eaux", "ement", "euse",  "eux",
                                                     "ez",    "ité",  "ités",  "ières", "oir",
                                                     "ois",   "ère",  "ées"};

constexpr std::array<std::string_view, 10> ending_es{"amos", "ando",  "ciones", "ción", "ería",
                                                     "idad", "iendo", "mente",  "ñas",  "ños"};

constexpr std::array<std::string_view, 12> ending_it{
    "are", "ella", "ello", "ere", "ette", "etti", "iamo", "ire", "ità", "mente", "zione", "zioni"};

constexpr std::array<std::string_view, 12> ending_nl{"aar",  "eren", "heid", "ijk", "ijke", "ing",
                                                     "isch", "lijk", "oor",  "sch", "tje",  "tjes"};

bool contains(std::span<const std::string_view> sorted, std::string_view word) {
    return std::ranges::binary_search(sorted, word);
}

std::span<const std::string_view> frequent(std::string_view lang) {
    if (lang == "en") return frequent_en;
    if (lang == "de") return frequent_de;
    if (lang == "fr") return frequent_fr;
    if (lang == "es") return frequent_es;
    if (lang == "it") return frequent_it;
    if (lang == "nl") return frequent_nl;
    return {};
}

std::span<const std::string_view> endings(std::string_view lang) {
    if (lang == "en") return ending_en;
    if (lang == "de") return ending_de;
    if (lang == "fr") return ending_fr;
    if (lang == "es") return ending_es;
    if (lang == "it") return ending_it;
    if (lang == "nl") return ending_nl;
    return {};
}

} // namespace

bool in_stop_list(std::string_view word, std::string_view lang) {
    if (lang == "en") return contains(stop_en, word);
    if (lang == "de") return contains(stop_de, word);
    return false;
}

double language_votes(std::string_view word, std::string_view lang) {
    if (contains(frequent(lang), word)) return 1;
    if (word.size() < 6) return 0;
    const auto list = endings(lang);
    return std::ranges::any_of(list, [&](std::string_view e) { return word.ends_with(e); }) ? 0.5
                                                                                            : 0;
}

} // namespace servery::assistant
