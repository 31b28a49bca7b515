/**
 * The commonest choices, our own compilation from what people are known to pick: words, names, seasons, keyboard walks
 * and runs of digits, English and Dutch. It is short on purpose: with at least eight characters, and mostly fifteen,
 * what it has to stop is the obvious, and the lock stops the rest. Digits and signs at the end are removed before the
 * look-up (`welkom01!` is `welkom`), so words stand here without them.
 */
const WORDS = `
password passwort wachtwoord motdepasse contrasena passw0rd p@ssword p@ssw0rd pa$$word wachtw00rd geheim secret
welcome welkom welc0me welk0m hello hallo goedemorgen goedendag letmein letmeinnow changeme changeit verander
veranderen veranderme wijzigen default standaard test testing tester test123test proef proefaccount demo guest gast
user username gebruiker gebruikersnaam login inloggen aanmelden logon access toegang admin administrator beheerder
beheer root superuser supervisor manager helpdesk service support system systeem server computer internet intranet
windows microsoft google android iphone samsung facebook instagram linkedin youtube twitter whatsapp amazon apple
master mistress boss baas chef queen king koning koningin prins prinses princess prince angel engel devil duivel
dragon draak monkey aap tiger tijger lion leeuw wolf eagle adelaar panther bear beer horse paard pony kat poes
poesje kitten hond hondje puppy doggy cat dog vogel fish vis vlinder butterfly dolfijn dolphin spider spiderman
batman superman wonderwoman pokemon pikachu starwars matrix minecraft fortnite roblox naruto mario zelda football
voetbal soccer baseball basketball hockey tennis golf judo korfbal ajax feyenoord psv twente heerenveen vitesse
arsenal chelsea liverpool barcelona realmadrid juventus bayern manchester ferrari porsche mercedes corvette mustang
harley yamaha honda volkswagen toyota sunshine zonneschijn zonnetje sunflower zonnebloem flower bloem bloemen rose
roos lelie tulp tulpen summer zomer winter spring lente autumn herfst january januari february februari march maart
april may mei june juni july juli august augustus september october oktober november december monday maandag tuesday
dinsdag wednesday woensdag thursday donderdag friday vrijdag saturday zaterdag sunday zondag christmas kerst
kerstmis sinterklaas vakantie holiday love liefde lieverd schatje schat iloveyou ikhouvanjou ikhouvanjullie
loveyou mylove sweetheart lovely baby babygirl babyboy mama moeder papa vader mommy daddy mother father brother
sister broer zus familie family vrienden friends bestfriends forever together freedom vrijheid peace vrede happy
gelukkig lucky geluk money geld gold goud silver zilver diamond diamant whatever nothing niets something iets
nederland holland netherlands amsterdam rotterdam utrecht eindhoven groningen denhaag leiden delft arnhem nijmegen
belgie belgium antwerpen london paris parijs berlin berlijn newyork america england europe europa michael daniel
jessica jennifer ashley charlie thomas robert michelle jordan andrew joshua matthew nicole hannah anthony
samantha george maggie pepper ginger buster cookie chocolate chocolade banana banaan orange sinaasappel cheese kaas
coffee koffie pizza appeltaart pannenkoek stroopwafel drop school schoolschool juf meester leraar leerling docent
student studie zorg zorgverlener ziekenhuis hospital doctor dokter kliniek patient therapie computerkamer
trustno nopassword mypassword mijnwachtwoord geenwachtwoord wachtwoordje hetwachtwoord newpassword nieuwwachtwoord
oldpassword secretpassword superpassword passwordpassword wachtwoordwachtwoord correcthorsebatterystaple
opensesame sesam sesamopenu abracadabra hocuspocus blahblah qwerty qwertz azerty qwertyuiop asdfghjkl zxcvbnm
asdf asdfgh asdfasdf qazwsx qazwsxedc zaqxsw abcdef abcdefg abcdefgh abcabc aaaaaa
`;

/** Rows and runs that passwords are walked along, forwards or backwards. */
const WALKS = [
  '01234567890123456789012345678901234567890',
  'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnmqwertyuiop',
  'azertyuiopqsdfghjklmwxcvbn',
  '1q2w3e4r5t6y7u8i9o0p',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/',
  'qazwsxedcrfvtgbyhnujmikolp',
  '!@#$%^&*()_+',
];
const UNIT_MOST = 6;

const words: ReadonlySet<string> = new Set(WORDS.trim().split(/\s+/));

/** Whether a password is among the commonest: `folded` is in NFC and lower case. */
export function isCommonPassword(folded: string): boolean {
  const unspaced = folded.replace(/[\s._-]+/g, '');
  const stem = unspaced.replace(/[\d\p{P}\p{S}]+$/u, '').replace(/^[\d\p{P}\p{S}]+/u, '');
  return [folded, unspaced, stem].some((text) => words.has(text)) || isWalk(unspaced) || isRepetition(unspaced);
}

function isWalk(text: string): boolean {
  const backwards = [...text].reverse().join('');
  return text.length > 0 && WALKS.some((walk) => walk.includes(text) || walk.includes(backwards));
}

/** One to six characters, or one common word, over and over. */
function isRepetition(text: string): boolean {
  for (let length = 1; length <= text.length / 2; length += 1) {
    const unit = text.slice(0, length);
    const repeats = unit.repeat(Math.ceil(text.length / length)).startsWith(text);
    if (repeats && (length <= UNIT_MOST || words.has(unit))) return true;
  }
  return false;
}
