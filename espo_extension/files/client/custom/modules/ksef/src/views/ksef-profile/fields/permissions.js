/** The rights that the last connection test found, those that EspoCRM does not need set apart, and said to be known. */
define('modules/ksef/views/ksef-profile/fields/permissions', [
    'views/fields/base',
    'modules/ksef/messages/message-text',
    'modules/ksef/profile/unneeded-rights',
], (Base, MessageText, unneededRights) => class extends Base {
    detailTemplateContent = `
        {{#each groups}}<div>{{#if told}}<span class="small text-soft">{{told}}</span> {{/if}}
            {{#each rights}}<span class="label label-md label-{{../style}}" style="display: inline-block"
                {{#if ../title}}title="{{../title}}"{{/if}}>{{this}}</span> {{/each}}</div>{{/each}}
        {{#unless groups.length}}<span class="none-value">{{translate 'None'}}</span>{{/unless}}`

    getAttributeList() {
        return [this.name, 'connectionParams', 'permissionsParams', 'acknowledgedParams'];
    }

    data() {
        const texts = MessageText.of(this);
        const {warned, acknowledged} = unneededRights.of(this.model);
        const text = key => this.translate(key, 'messages', 'KsefProfile');

        const kinds = [
            {style: 'default', has: right => !warned.includes(right) && !acknowledged.includes(right)},
            {style: 'warning', has: right => warned.includes(right), title: text('unneededRight')},
            {style: 'default', has: right => acknowledged.includes(right), told: text('acknowledgedRights')},
        ];
        const rights = this.model.get(this.name) || [];
        const groups = kinds
            .map(kind => ({...kind, rights: rights.filter(kind.has).map(right => texts.right(right))}))
            .filter(group => group.rights.length);

        return {...super.data(), groups};
    }
});
