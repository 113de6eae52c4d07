/** A telephone of a Polish company: the field begins with +48, whatever EspoCRM prefers elsewhere. */
define('modules/ksef/views/ksef-profile/fields/phone-number', ['views/fields/phone'], Phone => class extends Phone {
    setup() {
        super.setup();
        this.preferredCountryList = ['pl', ...this.preferredCountryList.filter(country => country !== 'pl')];
    }
});
