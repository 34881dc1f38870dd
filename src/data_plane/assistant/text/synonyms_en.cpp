#include "data_plane/assistant/text/synonym_tables.h"

namespace servery::assistant {

const std::string_view english_synonyms = R"(lift,elevator
kid,kids,child,children,son,daughter
baby,infant,toddler,newborn
cot,crib
wifi,internet,wlan,wireless,online access
car,vehicle,automobile
parking,car park,parking lot,parking space,parking bay,garage
pet,pets,dog,dogs,cat,cats,animal,animals
fee,charge,cost,price,rate,tariff
cheap,inexpensive,affordable,low cost
expensive,pricey,costly
free,complimentary,no charge,included
discount,reduction,rebate,money off,percent off
voucher,gift card,gift certificate,coupon
promo code,discount code,coupon code
deposit,down payment,advance payment,prepayment
invoice,bill,receipt
pay,payment,settle
credit card,debit card,card,cards
amex,american express
mastercard,visa,maestro
cash,notes,coins
bank transfer,wire transfer,iban
direct debit,standing order
instalment,instalments,installments,payment plan
refund,money back,reimbursement
cancel,cancellation,call off
change,modify,amend,alter
postpone,reschedule,move,push back
book,booking,reserve,reservation
appointment,slot,time slot
in advance,ahead,beforehand
available,availability,vacancy,vacancies
room,bedroom,accommodation,lodging
double room,twin room
single room,room for one
suite,apartment,flat
family room,triple room
bed,beds,mattress
extra bed,rollaway,folding bed,spare bed
blanket,duvet,quilt
pillow,cushion
towel,towels,bath towel
linen,sheets,bedding
bathroom,washroom,ensuite
toilet,loo,restroom,wc,lavatory
shower,bath,bathtub
hairdryer,hair dryer,blow dryer
iron,ironing,ironing board
laundry,washing machine,washing,wash
dry cleaning,dry clean
housekeeping,cleaning,clean,maid,room cleaning
reception,front desk,lobby
around the clock,24 hours,24 7,day and night
check in,arrive,arrival
late arrival,arrive late,late check in
check out,leave,departure,checkout
luggage,baggage,suitcase,suitcases,bags,bag
safe,safety deposit box,strongbox,locker
key,keys,room key,key card
breakfast,brekkie,morning meal
lunch,midday meal
dinner,supper,evening meal
restaurant,dining,eatery
bar,pub,drinks
menu,dishes,meals
room service,in room dining
kitchen,cooking,kitchenette,cook
microwave,oven,stove,hob
fridge,refrigerator,minibar,freezer
kettle,tea maker,coffee maker
vegetarian,meatless,veggie
vegan,plant based
gluten free,coeliac,celiac
halal,kosher
allergy,allergies,allergic
smoking,smoke,cigarette,cigarettes,smoker,vape
non smoking,smoke free,no smoking
swimming pool,pool,swim
gym,fitness,fitness center,fitness centre,workout,fitness room
spa,sauna,wellness,steam room,hot tub
massage,treatment
garden,yard,terrace,patio
balcony,veranda
view,outlook
air conditioning,aircon,air con,ac,cooling
heating,radiator,heater
television,tv,telly
disabled,wheelchair,accessible,accessibility,disability,handicapped,mobility
step free,ramp,barrier free
stairs,steps,staircase
shuttle,transfer,pick up,pickup,drop off,airport bus
airport,flight,plane,terminal
train,rail,railway,train station
bus,coach,bus stop
taxi,cab,minicab
bike,bicycle,cycle,cycling
directions,route,way,how to get
address,location,where are you
distance,how far
nearby,near,close by,neighbourhood,neighborhood
concierge,porter
meeting room,conference room,banquet,function room,seminar room
event,party,celebration,function
wedding,reception party
language,languages,speak,spoken
staff,employees,team,personnel
manager,boss,supervisor,owner
minimum age,age limit,age
guest,guests,visitor,visitors
opening hours,opening times,open,hours,business hours
closed,shut,closing
weekend,saturday,sunday
public holiday,bank holiday,holiday
today,tonight,this evening
tomorrow,next day
morning,am
evening,night,pm
late,after hours
early,earlier
quick,fast,speedy
wait,waiting,queue
shop,store,branch,outlet
order,purchase,buy
basket,cart,shopping cart
checkout,till
delivery,shipping,dispatch,shipment
deliver,ship,send,post
parcel,package,packet
tracking,track,trace,where is my order
courier,carrier
postage,shipping cost,delivery fee
express,next day delivery,same day
collect,collection,click and collect,store pickup
return,returns,send back,give back
exchange,swap,replace
faulty,defective,broken,damaged
warranty,guarantee
repair,fix,mend
spare part,spare parts,replacement part
manual,instructions,user guide
size,sizes,sizing,measurements
colour,color,shade
stock,in stock,out of stock,sold out
brand,make,label
gift,present
gift wrap,wrapping,gift wrapped
second hand,used,pre owned
new arrivals,new in,latest
catalogue,catalog,brochure,leaflet
sample,tester,trial
quote,estimate,quotation
account,profile,login
password,passcode,pin
sign in,log in,logon
sign up,register,registration,join
newsletter,mailing list,email updates
unsubscribe,opt out,stop emails
delete account,close account
email,e mail,mail
phone,telephone,call,ring
mobile,cell phone,cellphone,smartphone
contact,reach,get in touch
website,site,web page,homepage
app,application
form,questionnaire
download,pdf
privacy,data protection,gdpr
personal data,my data,information about me
cookies,cookie
complaint,complain
feedback,review,rating
question,enquiry,inquiry,query
help,support,assistance
emergency,urgent
lost,missing,left behind,lost property
found,lost and found
stolen,theft
insurance,insured,cover
contract,agreement
terms,conditions,terms and conditions
notice period,notice
subscription,membership,plan
renew,renewal,extend
expire,expiry,expires,run out
upgrade,downgrade
trial period,free trial
student,students,pupil
senior,seniors,pensioner
adult,adults,grown up
family,families
group,groups,party size
couple,two people,for two
birthday,anniversary
tour,tours,guided tour,excursion
ticket,admission,entry
museum,exhibition
beach,seaside,sea
city centre,city center,downtown,town centre
supermarket,grocery,groceries
pharmacy,chemist,drugstore
doctor,physician,gp
dentist,dental
nurse,carer
hospital,clinic,surgery
medicine,medication,drugs
prescription,repeat prescription
vaccination,vaccine,jab,shot
test,testing
glasses,spectacles
hairdresser,barber,haircut
colouring,dye,highlights
manicure,nails
beard,shave
vet,veterinarian,animal doctor
grooming,trimming
garage,workshop,mechanic
mot,inspection,roadworthiness
tyre,tyres,tire,tires
oil change,service
brake,brakes
battery,batteries
charge,charging,charger
electric car,ev,electric vehicle
charging station,charge point,charging point
petrol,fuel,gas,diesel
rent,hire,rental
driving licence,driver license,drivers licence
helmet,safety gear
plumber,plumbing,pipes
leak,leaking,dripping
blocked,clogged
boiler,hot water
electrician,electrics,wiring
socket,plug,outlet
adapter,adaptor,converter
light,lamp,bulb
painter,painting,decorating
carpenter,joiner,woodwork
roof,roofing,roofer
window,windows,glazing
door,doors
lock,locksmith
builder,construction
gardener,gardening,lawn
moving,removal,relocation
storage,storing,store
waste,rubbish,trash,garbage
recycling,recycle
cleaner,cleaners
course,class,lesson
teacher,instructor,trainer,coach
training,workshop,seminar
certificate,diploma
beginner,beginners,starter
advanced,experienced
level,grade
timetable,schedule
enrol,enroll,enrolment
exam,test
job,jobs,vacancy,career,hiring,position
apply,application
internship,apprenticeship,work experience
salary,wage,pay
part time,full time
wholesale,bulk,trade price
supplier,vendor
customer number,client number,account number
order number,reference,booking reference
tax,vat,sales tax
currency,euros,pounds,dollars
tip,gratuity,service charge
table,seat,seating
outdoor seating,outside seating
high chair,highchair
takeaway,take away,takeout,to go
catering,buffet
cake,cakes,pastry
bread,rolls,bakery
coffee,espresso,cappuccino
tea,herbal tea
water,drinking water
wine,beer,alcohol
corkage,own bottle
organic,bio
fresh,freshly made
ingredients,contents
portion,serving
spicy,hot
photo,photos,picture,image
video,film
music,band
noise,loud,noisy
quiet,silent,calm
dirty,unclean
smell,odour
cold,freezing
hot,too warm
weather,forecast
umbrella,rain
dress code,what to wear
shoes,footwear
jacket,coat
swimwear,swimsuit
toiletries,soap,shampoo
first aid,medical help
fire alarm,smoke detector
security,guard
cctv,camera,cameras
visa,entry permit
passport,id,identity card,identification
curfew,quiet hours
rules,house rules,policy
allowed,permitted,may i,can i
forbidden,prohibited,not allowed,banned
possible,feasible
need,require,necessary
bring,take along
provide,offer,supply
include,included,comes with
maximum,limit,at most
minimum,at least
duration,how long,length
frequency,how often
quantity,amount,number of
weight,heavy
height,tall
width,wide
material,fabric
waterproof,water resistant
washable,machine wash
assembly,assemble,set up
installation,install,fitting
removal,take away old
measure,measuring
consultation,advice,consulting
expert,specialist,professional
licence,license,permit
certified,accredited,qualified
experience,years in business
references,testimonials
partner,sponsor
charity,donation,donate
volunteer,volunteering
environment,sustainable,green,eco
)";

} // namespace servery::assistant
