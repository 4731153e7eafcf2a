"""Words with which English speakers praise and blame, written down by us for the sentences below.

The public data has no English reviews that may be learnt from, so words such as “gripping” or
“tedious” hardly occur in it with a judgement beside them. Each list is negative, then positive.
"""


def _words(text: str) -> tuple[str, ...]:
    """The parts between the bars of a text that may run over several lines."""
    return tuple(part.strip() for part in " ".join(text.split()).split("|"))


ADJECTIVES = (
    _words(
        """
        abysmal | aimless | amateurish | annoying | appalling | arrogant | artificial | awful |
        awkward | bad | banal | bizarre | blah | bland | bleak | bloated | boring | bogus |
        broken | brutal | buggy | careless | cheap | cheesy | chaotic | cliched | clumsy | cold |
        confused | confusing | contrived | convoluted | corny | crappy | creepy | crude | cruel |
        cynical | dated | dead | depressing | derivative | dire | dirty | disappointing |
        disastrous | disgusting | dishonest | dismal | disjointed | dopey | dreadful | dreary |
        dull | dumb | embarrassing | empty | endless | erratic | excruciating | exhausting |
        fake | far-fetched | faulty | feeble | filthy | flat | flawed | flimsy | foolish |
        forced | forgettable | formulaic | frustrating | generic | gimmicky | glum | gloomy |
        gross | grotesque | half-baked | half-hearted | hackneyed | harsh | heavy-handed |
        hideous | hollow | hopeless | horrendous | horrible | horrid | humorless | idiotic |
        ignorant | ill-conceived | implausible | impersonal | inane | inept | incoherent |
        incompetent | indifferent | inferior | insipid | insufferable | insulting | irritating |
        joyless | juvenile | lackluster | lame | laughable | lazy | leaden | lifeless | limp |
        listless | loathsome | long-winded | loud | lousy | ludicrous | lumbering | manipulative |
        mean-spirited | meaningless | mechanical | mediocre | melodramatic | messy | mindless |
        miserable | misguided | monotonous | moronic | muddled | murky | nasty | nauseating |
        needless | noisy | nonsensical | numbing | obnoxious | obvious | offensive | off-putting |
        outdated | overblown | overcooked | overlong | overpriced | overrated | overwrought |
        painful | paper-thin | pathetic | pedestrian | phony | plodding | pointless | ponderous |
        poor | predictable | preposterous | pretentious | rambling | ramshackle | raw | recycled |
        redundant | repellent | repetitive | repulsive | ridiculous | rotten | rude | rushed |
        sad | schlocky | self-indulgent | senseless | shabby | shallow | shameless | shoddy |
        silly | simplistic | slapdash | sleazy | sloppy | slow | sluggish | soggy | soulless |
        sour | stale | static | sterile | stiff | stilted | strained | stupid | superficial |
        tacky | tame | tasteless | tawdry | tedious | terrible | thin | thoughtless | tired |
        tiresome | toothless | toxic | trashy | trite | trivial | troubled | ugly | unappealing |
        unbearable | uncomfortable | unconvincing | undercooked | underwhelming | uneven |
        unfair | unfocused | unfunny | unhappy | uninspired | uninteresting | unnecessary |
        unoriginal | unpleasant | unreliable | unsatisfying | unwatchable | useless | vacuous |
        vapid | vile | vulgar | wasteful | weak | weary | witless | wooden | worn-out |
        worthless | wretched | wrong | wrongheaded
        """
    ),
    _words(
        """
        absorbing | accessible | accomplished | admirable | adorable | affecting | affectionate |
        agreeable | amazing | ambitious | amusing | appealing | artful | assured | astonishing |
        astute | authentic | awesome | beautiful | believable | beloved | bold | brave |
        breathtaking | bright | brilliant | buoyant | calm | captivating | careful | caring |
        charismatic | charming | cheerful | clean | clear-eyed | clever | colorful | comfortable |
        compassionate | compelling | convincing | cool | courageous | cozy | crafty | creative |
        crisp | crowd-pleasing | cute | daring | dazzling | deep | deft | delicate | delicious |
        delightful | dependable | distinctive | divine | dynamic | eager | earnest | easygoing |
        effective | effortless | elegant | eloquent | enchanting | endearing | energetic |
        engaging | engrossing | enjoyable | enlightening | entertaining | enthralling | epic |
        evocative | excellent | exceptional | exciting | exhilarating | exquisite | extraordinary |
        fabulous | fair | faithful | fantastic | fascinating | fine | finely-crafted | first-rate |
        flawless | fresh | friendly | fun | funny | generous | gentle | genuine | gifted | glad |
        glorious | good | good-hearted | good-natured | gorgeous | graceful | grand | great |
        gripping | handsome | happy | haunting | heartbreaking | heartfelt | heartwarming |
        helpful | hilarious | honest | hopeful | humane | humorous | hypnotic | imaginative |
        immersive | impeccable | impressive | incisive | incredible | ingenious | insightful |
        inspired | inspiring | intelligent | intense | intimate | intriguing | inventive |
        inviting | irresistible | joyful | joyous | kind | likable | lively | lovable | lovely |
        loving | luminous | lush | luscious | lyrical | magical | magnificent | majestic |
        marvelous | masterful | meaningful | memorable | mesmerizing | moving | neat | nice |
        nimble | noble | nuanced | original | outstanding | passionate | peaceful | perceptive |
        perfect | playful | pleasant | pleasing | pleasurable | poetic | poignant | polished |
        potent | powerful | precious | profound | provocative | proud | pure | quirky | radiant |
        refined | refreshing | reliable | remarkable | resonant | respectful | rewarding | rich |
        riveting | romantic | rousing | satisfying | seductive | seamless | sensational |
        sensitive | sharp | shining | sincere | skillful | sly | smart | smooth | solid | soulful |
        sparkling | spectacular | spellbinding | spirited | splendid | stirring | strong |
        stunning | stylish | sublime | subtle | sumptuous | superb | superior | surprising |
        suspenseful | sweet | tasty | tasteful | tender | terrific | thoughtful |
        thought-provoking | thrilling | timeless | top-notch | touching | tremendous | triumphant |
        truthful | unforgettable | unique | uplifting | useful | vibrant | visionary | vivid |
        warm | warm-hearted | watchable | well-acted | well-crafted | well-made | well-written |
        whimsical | winning | wise | witty | wonderful | wondrous | worthwhile | worthy | zany
        """
    ),
)

NOUNS = (
    _words(
        """
        bore | chore | cliche | cop-out | crime | debacle | disappointment | disaster |
        disgrace | dud | embarrassment | endurance test | failure | fiasco | flop | fraud |
        headache | insult | joke | letdown | mess | misfire | mistake | muddle | nightmare |
        nuisance | ordeal | pain | punishment | rip-off | scam | shame | slog | snooze |
        tragedy | train wreck | travesty | waste | waste of money | waste of talent |
        waste of time | wreck | yawn | missed opportunity | pile of garbage | piece of junk
        """
    ),
    _words(
        """
        achievement | beauty | blast | bliss | breath of fresh air | celebration | charmer |
        classic | comfort | crowd-pleaser | delight | dream | feast | gem | gift | hit | hoot |
        jewel | joy | joyride | keeper | knockout | labor of love | marvel | masterpiece |
        masterwork | miracle | must-see | pleasure | revelation | riot | standout | success |
        surprise | thrill | treasure | treat | triumph | tour de force | victory | winner |
        wonder | work of art | work of genius
        """
    ),
)

QUALITIES = (
    _words(
        """
        bad taste | boredom | bitterness | bombast | bugs | cliches | confusion | contempt |
        cruelty | dead ends | dead weight | despair | dullness | empty gestures | errors |
        false notes | filler | flaws | frustration | gimmicks | greed | hot air | hypocrisy |
        idiocy | lies | mediocrity | misery | nonsense | plot holes | problems | regret |
        rudeness | self-pity | silliness | stereotypes | stupidity | tedium | vanity | weak jokes
        """
    ),
    _words(
        """
        affection | beauty | brains | charisma | charm | compassion | confidence | conviction |
        courage | craft | creativity | delight | depth | dignity | elegance | emotion | energy |
        excitement | feeling | finesse | flair | fun | genius | good cheer | good jokes | grace |
        heart | honesty | hope | humanity | humor | imagination | ingenuity | insight |
        inspiration | intelligence | joy | kindness | laughs | laughter | life | love | magic |
        originality | passion | personality | playfulness | poetry | sincerity | skill | soul |
        spark | spirit | style | substance | surprises | suspense | sweetness | talent |
        tenderness | tension | thrills | truth | vitality | warmth | wisdom | wit | wonder
        """
    ),
)

DEEDS = (
    _words(
        """
        bored me | bores | collapses | crashes and burns | drags | drags on forever |
        drives me crazy | falls apart | falls flat | falls short | fails | fails to convince |
        gets old fast | gets worse | goes nowhere | grates | hurts to watch |
        insults our intelligence | is a long way from good | is all noise and no feeling |
        is best forgotten | is going downhill | is hard to like | is hard to sit through |
        is not worth it | is nothing special | is nothing but noise |
        leaves a bad taste | leaves us cold | lets everyone down | loses its way |
        loses steam | made me cringe | made me want to leave | makes little sense |
        makes no sense | misses the mark | misses the point | never comes together |
        never comes to life | never gets going | never takes off | offers nothing new |
        puts you to sleep | runs out of ideas | sinks | stinks | stumbles | suffers |
        takes forever | tries too hard | wastes its cast | wastes our time | wears thin |
        wears you down | went wrong
        """
    ),
    _words(
        """
        brought tears to my eyes | brings out the best in everyone | comes alive |
        comes together beautifully | casts a spell | deserves every award | delivers |
        delivers the goods | does everything right | earns our respect | enchants |
        feels true | gets it right | gets under your skin | gives us hope | grabs you |
        hits all the right notes | hits home | holds your attention | is a cut above the rest |
        is easy to love | is full of life | is hard to resist | is never boring |
        is something special | is the real thing | is worth every penny | is worth seeing |
        is worth your time | keeps getting better | keeps you on the edge of your seat |
        keeps you guessing | leaves you smiling | lifts the spirit | lingers in the mind |
        made me laugh out loud | made my day | makes you think | moves us | never disappoints |
        never loses its way | pays off | rises above the rest | rocks | satisfies | shines |
        sings | soars | speaks to the heart | stays with you | succeeds | sweeps you away |
        takes your breath away | touches the heart | transcends its genre | went perfectly |
        wins you over | won my heart | works | works beautifully | works wonders
        """
    ),
)

VERBS = (
    _words(
        """
        abandons | betrays | botches | bungles | buries | butchers | cheapens | chokes on |
        drains | drowns | exhausts | exploits | fails | forgets | fumbles | ignores | insults |
        lacks | loses | mangles | mishandles | misjudges | mistakes noise for | mocks | muffles |
        neglects | never earns | overplays | recycles | ruins | runs out of | rushes | sacrifices |
        smothers | spoils | squanders | strains | stumbles over | suffocates | throws away |
        tramples | trivializes | undermines | wastes | waters down
        """
    ),
    _words(
        """
        balances | breathes life into | brightens | brings out | builds | captures | celebrates |
        conveys | deepens | delivers | does justice to | earns | elevates | embraces | enlivens |
        enriches | evokes | explores | finds | finely draws | glows with | honors | illuminates |
        keeps | lifts | never loses | nails | perfects | preserves | pulls off | radiates |
        rediscovers | reinvents | renews | respects | rewards | sharpens | shows real care for |
        sustains | transforms | understands | unfolds with | uncovers | weaves together
        """
    ),
)
"""Of what is done to one of the things that every work has, good or bad."""

OUTCOMES = (
    _words(
        """
        ask for your money back | check your watch twice | do yourself a favor and skip it |
        do n't bother | do n't waste your time | feel cheated | feel nothing at all |
        forget it before you reach the car | give it a miss | go home early | keep away |
        leave before the end | look for the exit | no amount of effort can save it |
        nobody seems to care | regret every minute | save your money | see anything else instead |
        should have stayed on the shelf | sit through it with gritted teeth | stay away |
        stay home | struggle to stay awake | there are better ways to spend an evening |
        there is not enough story here | two hours i will never get back |
        wait for something to happen and nothing does | what were they thinking |
        who thought this was a good idea | wish it were over | wish you had stayed home |
        would have been better off unmade | zero stars | you 've seen it all before
        """
    ),
    _words(
        """
        bring the whole family | call your friends and go | care about everyone in it |
        come out smiling | do n't miss it | fall in love with it | feel better about the world |
        forget that time is passing | give it a chance and be rewarded | go see it |
        hope they make another one | i could not stop smiling | i 'd see it again tomorrow |
        laugh until it hurts | leave with a smile | never want it to end | nobody will be sorry |
        not a moment is wasted | on the edge of your seat | remember it for years |
        run , do n't walk , to see it | sit back and enjoy | surrender to it |
        there is not a dull moment in it | tell everyone you know | they got it right |
        two thumbs up | want to see it again | well worth the wait | what a pleasant surprise |
        you ca n't look away | you will not be disappointed | five stars | worth the trip
        """
    ),
)
"""What somebody says to, or expects of, those who have yet to see it."""

TELLING = (
    _words(
        """
        angry | annoyed | ashamed | cry | damn | dead | death | disappointed | dislike | evil |
        fear | fuck | fucking | hate | hated | hates | hell | hurt | idiot | kill | pity | sad |
        sadly | scared | shit | sick | sorry | stupidly | suck | sucks | trash | upset | war |
        worse | worst
        """
    ),
    _words(
        """
        admire | adore | amazed | best | better | congrats | congratulations | enjoy | enjoyed |
        favorite | grateful | haha | hahaha | happily | hope | impressed | like | liked | lol |
        love | loved | lucky | pleased | smile | smiled | thank | thanks | well done | welcome |
        wow | yay
        """
    ),
)
"""Words of mood that do not fit the frames, but tell one passage from another."""
