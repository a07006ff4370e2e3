"""Common first names and surnames, written down by hand: one kind of evidence among several.

Short of what people are called, and meant to be: `names.py` learns from these lists how names are spelt,
so that names that do not stand here are recognised as well. The tests use other names throughout.
"""

from __future__ import annotations

from primus_eval.identifiers.plain import words_of

FIRST_NAMES = words_of(
    """
    anders andreas anne anna annette anita anja arne asger astrid benjamin bent benny bente birgit
    birgitte birthe bjarne bo brian britta camilla carl carsten casper cecilie charlotte christian
    christina christine christoffer claus connie dan daniel daniella david dennis ditte dorte dorthe ebbe
    else emil emilie emma erik erling ernst esben eva finn flemming frank freja frederik frederikke frida
    gert gitte gorm gunnar hanne hans harald heidi helle helene henning henriette henrik holger ib ida
    inge inger ingrid irene ivan jacob jakob jan jane janne jeanette jens jeppe jesper jette jimmy joan
    johan johanne johannes john johnny jonas jonathan josefine julie jytte jørgen jørn kaj karen karin
    karina karl karla karsten kasper katrine kenneth kim kirsten kirstine kjeld klaus knud kristian
    kristine kristoffer kurt lars lasse laura lau leif lena lene leo lis lisbeth line linda lise lone
    lotte louise lucas lukas mads magnus maja malene maria marianne marie martin mathias mathilde max
    merete mette michael michelle mikkel mogens morten nanna niels nicolai nikolaj nicklas nina noah ole
    olga oliver oscar oskar otto palle patrick per pernille peter pia poul preben rasmus rene rikke robert
    rune sandra sanne sara sarah sebastian sidsel signe sigurd simon simone sofia sofie solveig stefan
    stig stine sune susanne svend søren tanja thomas thor tina tine tobias tom tommy torben trine troels
    ulla ulrik uffe vagn valdemar vera vibeke victor viggo vilhelm william winnie aage aksel albert
    alberte alfred alma anton arthur clara ella ellen esther felix isabella james malthe mille nora sander
    villads viktor abdul abdullah abdi adam adrian agnieszka ahmad ahmed aisha alan albin aleksander
    aleksandra alessandro alex alexander alexandra ali alice alina amal amanda amin amina amir amira amy
    ana andrea andrei andrew andrzej angela ann anthony antonio ashley asma ayan aylin ayse barbara
    bartosz bashir beata ben bilal bogdan brandon burak carlos carol catherine charles chloe chris
    christopher claire cristina cynthia damian danuta darius deborah denisa derek diana diego dmitri
    donald donna dorota edward elena elif elizabeth emily emine emre eric ethan fadumo farah fatima fatma
    fernando francesca francesco francisco gabriel gabriela george giovanni giulia gregory hamza hannah
    hassan hatice hawa helen hussein ibrahim igor ingvild ioana isaac ismail jack jackson jamal jamie
    jason javier jean jennifer jerome jessica joao jolanta jorge jose joseph joshua juan judith karolina
    katarzyna kate kelly kevin khadija khalid khaled krzysztof laila larry layla leila liam lisa luca
    lucia luis luke maciej magdalena mahmoud malik manuel marcin marco margaret mariam mario mary maryam
    matthew mehmet mehdi melissa miguel mihai milan mohamad mohamed mohammad mohammed mona monica muhammad
    mustafa nadia natalia nathan nicholas nicole nikola noor nour olivia omar osman pamela paolo paul
    pavel pedro philip piotr rachel rahim ramon rashid rebecca ricardo richard roberto ronald rosa ruth
    ryan sabina saeed salim salma samantha samir samira samuel scott sean selma sergei sharon sophia
    stanislaw stephanie stephen steven sue susan svetlana tadeusz tariq teresa tim timothy tomasz tyler
    umar vanessa victoria vladimir walter wojciech yasin yasmin youssef yusuf zainab zahra zeynep
    """
)

SURNAMES = words_of(
    """
    jensen nielsen hansen pedersen andersen christensen larsen sørensen rasmussen jørgensen petersen
    madsen kristensen olsen thomsen christiansen poulsen johansen møller mortensen knudsen jakobsen
    jacobsen mikkelsen olesen frederiksen laursen henriksen lund schmidt eriksen holm kristiansen simonsen
    clausen svendsen andreasen iversen jeppesen mogensen jespersen nissen lauridsen frandsen østergaard
    jepsen kjær carlsen vestergaard jessen nørgaard dahl christoffersen søndergaard bertelsen skov bruun
    bach lauritsen kjeldsen friis gregersen steffensen bak ibsen holst thygesen bech lassen toft
    bjerregaard dam winther krogh hermansen kruse karlsen berg lind danielsen ravn axelsen bonde
    enevoldsen bang hald brandt juhl bendtsen mathiesen nygaard villadsen dalsgaard damgaard overgaard
    schou kirkegaard vinther thorsen buch ottosen beck hedegaard hjorth bendixen paulsen johansson
    andersson karlsson nilsson eriksson svensson gustafsson persson lindberg lindström bergström haugen
    hagen bakken virtanen korhonen nieminen gunnarsson jónsdóttir smith jones williams taylor davies
    wilson evans thomas roberts johnson walker wright robinson thompson hughes edwards hall clarke jackson
    harris lewis martin cooper turner carter phillips mitchell patel anderson campbell parker bennett
    murphy kelly ryan byrne miller davis garcia rodriguez martinez hernandez lopez gonzalez perez sanchez
    ramirez torres nguyen tran pham khan ahmed hussain ali begum malik iqbal shah singh kaur kumar sharma
    gupta chen wang li zhang liu yang kowalski nowak wisniewski wojcik kaminski lewandowski zielinski
    popescu ionescu dumitru ivanov petrov sidorov popov shevchenko bondarenko novak horvath nagy kovacs
    szabo jovanovic petrovic nikolic markovic hadzic yilmaz kaya demir celik sahin yildiz öztürk aydin
    arslan dogan rossi russo ferrari esposito bianchi romano silva santos ferreira pereira oliveira costa
    müller schneider fischer weber meyer wagner becker schulz hoffmann schäfer koch bauer dubois moreau
    laurent lefebvre leroy de-vries jansen bakker visser smit hassan mohamed abdi omar farah warsame
    hussein abdullah osman yusuf rahman chaudhry
    """
)
